"""A workspace full of people, put there by SQL: they are in the way of the one who is meant."""

from typing import Final
from uuid import UUID

import asyncpg

SUBJECTS: Final = """
    INSERT INTO subjects (workspace_id, id, kek_id, wrapped_key)
    SELECT '{workspace}', uuidv7(), 1, uuid_send(uuidv4()) FROM generate_series(1, {many})"""
SEALED: Final = "uuid_send(uuidv4()) || uuid_send(uuidv4()) || uuid_send(uuidv4())"
FILLING: Final = {
    "crm": (
        SUBJECTS,
        """INSERT INTO contacts (workspace_id, id, subject_id, version, created_at, updated_at,
                                 name)
           SELECT workspace_id, uuidv7(), id, 1, now(), now(), {sealed}
           FROM subjects WHERE workspace_id = '{workspace}'""",
        """INSERT INTO subject_identities
           SELECT workspace_id, 'email', 1, uuid_send(uuidv4()), id, false
           FROM subjects WHERE workspace_id = '{workspace}'""",
        """INSERT INTO contact_links (workspace_id, id, subject_id, contact_id, service,
                                      linked_subject_id)
           SELECT workspace_id, uuidv7(), subject_id, id, 'chat', uuidv4()
           FROM contacts WHERE workspace_id = '{workspace}'""",
        """INSERT INTO timeline_items (workspace_id, id, subject_id, contact_id, channel,
                                       occurred_at, message_count, outcome_version)
           SELECT workspace_id, uuidv7(), subject_id, id, 'web', now(), 1, 0
           FROM contacts WHERE workspace_id = '{workspace}'""",
    ),
    "chat": (
        SUBJECTS,
        """INSERT INTO conversations (workspace_id, id, channel_id, channel, agent_id, status, seq,
                                      turn, version, created_at, updated_at)
           SELECT workspace_id, id, '{channel}', 'web', id, 'closed', 3, 0, 1, now(), now()
           FROM subjects WHERE workspace_id = '{workspace}'""",
        """INSERT INTO participants (workspace_id, id, subject_id, conversation_id, locale, name)
           SELECT workspace_id, uuidv7(), id, id, 'en', {sealed}
           FROM conversations AS c WHERE workspace_id = '{workspace}'
             AND EXISTS (SELECT FROM subjects s WHERE s.workspace_id = c.workspace_id
                                                  AND s.id = c.id)""",
        """INSERT INTO messages (workspace_id, id, subject_id, conversation_id, seq, author, kind,
                                 created_at, text)
           SELECT workspace_id, uuidv7(), subject_id, conversation_id, seq, 'visitor', 'text',
                  now(), {sealed}
           FROM participants, generate_series(1, 3) AS seq WHERE workspace_id = '{workspace}'
             AND subject_id = conversation_id""",
    ),
}
MORE_WORDS: Final = f"""
    INSERT INTO messages (workspace_id, id, subject_id, conversation_id, seq, author, kind,
                          created_at, text)
    SELECT workspace_id, uuidv7(), subject_id, conversation_id, 1000 + seq, 'visitor', 'text',
           now(), {SEALED}
    FROM participants, generate_series(1, $1) AS seq WHERE conversation_id = $2"""


async def fill(
    admin_url: str, service: str, workspace_id: UUID, many: int, channel_id: UUID | None = None
) -> None:
    """So many people more, with a few rows each; sealed fields hold bytes that nobody opens."""
    database = await asyncpg.connect(admin_url)
    try:
        for statement in FILLING[service]:
            said = {"workspace": workspace_id, "many": many, "channel": channel_id}
            await database.execute(statement.format(**said, sealed=SEALED))
        await database.execute("VACUUM ANALYZE")
    finally:
        await database.close()


async def talk(admin_url: str, conversation_id: UUID, messages: int) -> None:
    """Whoever takes part in this conversation has said so much more."""
    database = await asyncpg.connect(admin_url)
    try:
        await database.execute(MORE_WORDS, messages, conversation_id)
    finally:
        await database.close()

"""A workspace full of people, put there by SQL: they are in the way of the one who is meant.

Everybody is in crm and in chat: the two ids of a person differ in how they begin.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

import asyncpg

from tests.e2e.house import House

PERSON: Final = "('{begins}0000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"
BEGINS: Final = {"crm": "c4a0", "chat": "c4a7"}
SUBJECTS: Final = f"""
    INSERT INTO subjects (workspace_id, id, kek_id, wrapped_key)
    SELECT '{{workspace}}', {PERSON.format(begins="{begins}", number="n")}, 1, uuid_send(uuidv4())
    FROM generate_series(1, {{many}}) AS n"""
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
           SELECT workspace_id, uuidv7(), subject_id, id, 'chat',
                  ('{chat}' || substr(subject_id::text, 5))::uuid
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


KNOWN_BY: Final = f"""
    UPDATE subject_identities SET blind_index = known.index
    FROM unnest($1::bytea[]) WITH ORDINALITY AS known(index, number)
    WHERE workspace_id = $2
      AND subject_id = {PERSON.format(begins=BEGINS["crm"], number="known.number")}"""


async def crowd(house: House, workspace_id: UUID, channel_id: UUID, many: int) -> None:
    """So many people more, in every service that knows them, at once."""
    said = {"workspace": workspace_id, "channel": channel_id, "many": many}
    async with asyncio.TaskGroup() as services:
        for service in FILLING:
            services.create_task(_fill(house.database(service), service, said))


async def _fill(admin_url: str, service: str, said: Mapping[str, object]) -> None:
    """A few rows each; sealed fields hold bytes that nobody opens."""
    names = {"begins": BEGINS[service], "chat": BEGINS["chat"], "sealed": SEALED}
    database = await asyncpg.connect(admin_url)
    try:
        for statement in FILLING[service]:
            await database.execute(statement.format(**said, **names))
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


async def recognise(crm_url: str, workspace_id: UUID, indexes: Collection[bytes]) -> None:
    """As many of them have these addresses from here on; chat knows a visitor and nothing else."""
    database = await asyncpg.connect(crm_url)
    try:
        await database.execute(KNOWN_BY, list(indexes), workspace_id)
    finally:
        await database.close()

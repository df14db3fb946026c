"""A look reads no table whole, seen as the application's role with its policies on."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.chat.settings import ChatSettings
from contactflow.chat.streams.queries import GOING_ON, NEW
from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.database import Engines
from contactflow.testing.plans import plan

MANY, FEW = 3000, 4
FILLING = (
    """INSERT INTO channels (workspace_id, id, kind, name, agent_id, allowed_origins, public_key,
                             created_at)
       VALUES (:workspace, :workspace, 'web', 'Shop', uuidv7(), '{}', uuidv7()::text, now())""",
    """INSERT INTO subjects (workspace_id, id, kek_id, wrapped_key)
       SELECT :workspace, uuidv7(), 1, '' FROM generate_series(1, :many)""",
    """INSERT INTO conversations (workspace_id, id, channel_id, channel, agent_id, status, seq,
                                  turn, version, created_at, updated_at)
       SELECT workspace_id, id, workspace_id, 'web', uuidv7(), 'open', 3, 0, 1, now(), now()
       FROM subjects WHERE workspace_id = :workspace""",
    """INSERT INTO messages (workspace_id, id, subject_id, conversation_id, seq, author, kind,
                             created_at)
       SELECT workspace_id, uuidv7(), id, id, place, 'agent', 'text', now()
       FROM conversations, generate_series(1, 3) place WHERE workspace_id = :workspace""",
    """INSERT INTO sessions (workspace_id, id, subject_id, conversation_id, channel_id, token_hash,
                             expires_at)
       SELECT workspace_id, uuidv7(), id, id, channel_id, uuid_send(id), now()
       FROM conversations WHERE workspace_id = :workspace""",
)


@pytest.fixture
async def crowded(on: Platform[ChatSettings], engines: Engines) -> AsyncIterator[UUID]:
    """A workspace with so many sessions and messages that a scan of them all is the dearer way."""
    workspace_id = new_id()
    await on.works.run(workspace_id, on.vault.create_key)
    await fill(on, workspace_id)
    async with engines.owner.execution_options(isolation_level="AUTOCOMMIT").connect() as owner:
        await owner.exec_driver_sql("ANALYZE")
    yield workspace_id
    await on.works.run(workspace_id, empty)


@pytest.mark.parametrize("statement", [GOING_ON, NEW])
async def test_a_look_reads_no_table_whole(
    on: Platform[ChatSettings], crowded: UUID, statement: Any
) -> None:
    somebody = [new_id() for _ in range(FEW)]

    async with on.works.begin(crowded) as work:
        asked = {"sessions": somebody, "conversations": somebody, "places": [1] * FEW}
        seen = await plan(work, statement.params(asked))

    assert "Seq Scan" not in seen, seen


async def fill(on: Platform[ChatSettings], workspace_id: UUID) -> None:
    """Statement by statement: no transaction may take long."""
    values = {"workspace": workspace_id, "many": MANY}
    for statement in FILLING:
        named = {name: value for name, value in values.items() if f":{name}" in statement}
        async with on.works.begin(workspace_id) as work:
            await work.rows(text(statement), named)


async def empty(work: Work) -> None:
    await work.rows(text("DELETE FROM subjects"))

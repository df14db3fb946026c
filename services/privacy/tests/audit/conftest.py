"""A ledger to write in, and a hand that may do in it what nobody may."""

from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contactflow.kernel import new_id
from contactflow.persistence import Work, Works
from contactflow.privacy.audit.repository import record
from contactflow.testing.database import Engines
from contactflow.testing.postgres import Postgres

Record = Callable[..., Coroutine[Any, Any, None]]
Tamper = Callable[..., Coroutine[Any, Any, None]]


@pytest.fixture
def note(works: Works, workspace_id: UUID, at: datetime) -> Record:
    """Writes an entry in a transaction of its own."""

    async def write(workspace: UUID = workspace_id, **said: Any) -> None:
        defaults: dict[str, Any] = {
            "action": "request.seen",
            "actor": "service:privacy",
            "request_id": None,
        }
        values = defaults | {"facts": {}, "at": at} | said

        async def body(work: Work) -> None:
            await record(work, **values)

        await works.run(workspace, body)

    return write


@pytest.fixture
async def tamper(postgres: Postgres, engines: Engines, workspace_id: UUID) -> AsyncIterator[Tamper]:
    """Somebody who may do anything with the database, in this workspace's chain."""
    admin = await asyncpg.connect(postgres.admin_url(str(engines.owner.url.database)))
    await admin.execute("SET session_replication_role = replica")

    async def change(statement: str, *values: Any) -> None:
        for one in statement.split(";"):
            await admin.execute(one.replace("MINE", f"workspace_id = '{workspace_id}'"), *values)

    yield change
    await admin.close()


@pytest.fixture
def user() -> UUID:
    return new_id()

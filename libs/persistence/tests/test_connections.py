"""How a connection enters a workspace, and that it never stays in one."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contactflow.persistence import Work, Works
from contactflow.testing.database import Engines
from contactflow.testing.statements import overheard

WHERE = text("SELECT current_setting('app.workspace', true)")


async def where(work: Work) -> str:
    return str((await work.rows(WHERE)).scalar_one())


async def test_a_workspace_is_entered_in_the_round_trip_of_begin(
    works: Works, engines: Engines, workspace_id: UUID
) -> None:
    with overheard(engines.app) as said:
        await works.run(workspace_id, where)
        await asyncio.sleep(0)

    entering = f"BEGIN; SELECT set_config('app.workspace', '{workspace_id.hex}', true)"
    assert sorted(said) == [entering, "COMMIT;", str(WHERE)]


async def test_who_listens_when_the_database_has_just_gone_is_told_as_by_a_socket(
    engines: Engines,
) -> None:
    async with engines.app.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        with pytest.raises(asyncpg.PostgresError):
            await raw.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(ConnectionError):
            await raw.add_listener("outbox", print)
        await connection.invalidate()


async def test_whoever_has_a_connection_after_nothing_was_said_on_it_is_nowhere(
    engines: Engines, workspace_id: UUID
) -> None:
    async with AsyncSession(engines.app, info={"workspace": workspace_id}) as session:
        await session.connection()

    async with engines.app.connect() as next_one:
        assert await next_one.scalar(WHERE) in {None, ""}

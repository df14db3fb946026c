"""How a connection enters a workspace, and that it never stays in one."""

import asyncio
from uuid import UUID

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


async def test_whoever_has_a_connection_after_nothing_was_said_on_it_is_nowhere(
    engines: Engines, workspace_id: UUID
) -> None:
    async with AsyncSession(engines.app, info={"workspace": workspace_id}) as session:
        await session.connection()

    async with engines.app.connect() as next_one:
        assert await next_one.scalar(WHERE) in {None, ""}

from datetime import timedelta

import pytest
from sqlalchemy import text

from contactflow.gateway.sessions.repository import purge_sessions
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from services.gateway.tests.people import Browser

COUNT = text("SELECT count(*), count(client_hash), count(agent_hash) FROM sessions")


@pytest.fixture
async def purged(system: Works, clock: FakeClock) -> None:
    """Whatever other tests have left."""
    await purge(system, clock, timedelta(days=400))
    clock.advance(-timedelta(days=400))


async def purge(system: Works, clock: FakeClock, after: timedelta) -> int:
    clock.advance(after)
    return await system.run(PLATFORM_WORKSPACE_ID, lambda work: purge_sessions(work, at=clock()))


async def counted(engines: Engines) -> tuple[int, ...]:
    async with engines.system.connect() as connection:
        return tuple((await connection.execute(COUNT)).one())


async def test_an_idle_session_is_purged(
    purged: None, ada: Browser, system: Works, clock: FakeClock, engines: Engines
) -> None:
    kept = await purge(system, clock, timedelta(days=6))
    before = await counted(engines)
    gone = await purge(system, clock, timedelta(days=1))

    assert (kept, before) == (0, (1, 1, 1))
    assert (gone, await counted(engines)) == (1, (0, 0, 0))

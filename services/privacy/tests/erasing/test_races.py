"""The last answer comes at every moment of a look at those who have not answered yet."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only

from contactflow.persistence import Works
from contactflow.privacy.erasing.steps import PATIENCE
from services.privacy.tests.erasing.test_saga import approved, ask, mail, shown
from services.privacy.tests.erasing.world import World

__all__ = ["approved", "ask", "mail"]

STATEMENTS = 14
"""That a look takes, as the application's role, until its job has ended."""

BLOCKED = 0.3  # seconds after which the other is taken to wait for a lock of ours


@asynccontextmanager
async def interrupted(
    engine: AsyncEngine, before: int, by: Callable[[], Awaitable[None]]
) -> AsyncIterator[list[str]]:
    """Let another transaction run before this statement, as far as our locks let it."""
    statements: list[str] = []
    others: list[asyncio.Future[None]] = []

    def meanwhile(_: Any, __: Any, statement: str, *___: Any) -> None:
        if others:
            return
        statements.append(statement)
        if len(statements) > before:
            others.append(asyncio.ensure_future(by()))
            await_only(asyncio.wait(others, timeout=BLOCKED))

    event.listen(engine.sync_engine, "before_cursor_execute", meanwhile)
    try:
        yield statements
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", meanwhile)
        await asyncio.gather(*others)


@pytest.mark.parametrize("before", range(STATEMENTS + 1))
async def test_the_last_answer_is_not_lost_whenever_it_comes(
    world: World, http: AsyncClient, works: Works, approved: str, before: int
) -> None:
    crm = world.participants["crm"]
    crm.down = True
    await world.work()
    await world.deliver()
    crm.down = False

    async with interrupted(works.engine, before, world.deliver) as statements:
        await world.wait(PATIENCE.total_seconds())
    assert len(statements) == min(before + 1, STATEMENTS)
    await world.settle()

    assert (await shown(http, approved))["status"] == "completed"

"""Transactions of the service that a test takes one step at a time, between those of others."""

import asyncio
from contextlib import AsyncExitStack
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSessionTransaction

from contactflow.persistence import Work, Works
from libs.messaging.tests.ledger import EARLY_ID, Seen, tick

SEEN_WAITING = 0.005  # seconds until a statement that has to wait is surely with the database


class Transaction:
    """One unit of work, as `Works` begins it, left open between its steps.

    `wrote` is what a commit would make true, and so what it has locked. While it is `waiting`
    for somebody's lock, it takes no other step.
    """

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._savepoints: list[tuple[AsyncSessionTransaction, int]] = []
        self.wrote: list[Seen] = []
        self.waiting: asyncio.Task[Seen] | None = None
        self.wants: UUID | None = None

    async def begin(self, works: Works, workspace_id: UUID, *, early: bool) -> None:
        """`early`: it has its id at once, long before it has any lock."""
        self._work: Work = await self._stack.enter_async_context(works.begin(workspace_id))
        if early:
            await self._work.rows(EARLY_ID)

    def holds(self, key: UUID) -> bool:
        return key in {one for one, _ in self.wrote}

    async def tick(self, key: UUID) -> None:
        self.wrote.append(await self._tick(key))

    async def wait(self, key: UUID) -> None:
        """Tick what somebody has locked: done when they let go of it, and then `go_on`."""
        self.wants = key
        self.waiting = asyncio.ensure_future(self._tick(key))
        await asyncio.wait([self.waiting], timeout=SEEN_WAITING)

    def go_on(self, ticked: Seen) -> None:
        """It has what it waited for."""
        self.wrote.append(ticked)
        self.waiting = self.wants = None

    async def _tick(self, key: UUID) -> Seen:
        self._work.session.expire_all()  # it may have undone a savepoint, and others went on
        return await tick(self._work, key)

    async def save(self) -> None:
        """From here on it may be undone in part."""
        point = await self._work.session.begin_nested()
        self._savepoints.append((point, len(self.wrote)))

    async def undo(self) -> None:
        """Back to the last savepoint; without one, nothing happens."""
        if self._savepoints:
            point, wrote = self._savepoints.pop()
            await point.rollback()
            self.wrote = self.wrote[:wrote]

    async def commit(self) -> None:
        await self._stack.aclose()

    async def roll_back(self) -> None:
        self.wrote = []
        await self._work.session.rollback()
        await self._stack.aclose()

"""Who waits for one thing to change, woken by announcements from every process."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contactflow.messaging.doorbell import CHANGED, Bell
from contactflow.messaging.outage import Outage
from contactflow.messaging.waiting import happens

log = logging.getLogger(__name__)
POLL = 2.0
ALIVE = 15.0
AGAIN = 1.0

Hints = frozenset[str]


class Watch(Bell):
    """Rung for one id. Iterating ends when the process is about to stop.

    Slow polls come after `poll` seconds; with a `tick`, which is shorter, up to that many seconds
    sooner: at the same moment as those of other watches, so that they can look together.
    """

    def __init__(self, poll: float = POLL, *, tick: float = 0.0) -> None:
        super().__init__()
        self._poll, self._tick = poll, tick
        self._hints: set[str] = set()
        self._begun, self._ended = False, False

    def hint(self, hint: str) -> None:
        """It changed, or somebody hints at something that is not stored."""
        if hint:
            self._hints.add(hint)
        self.ring()

    def end(self) -> None:
        """Let the iteration end after what it does now."""
        self._ended = True
        self.ring()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Hints:
        """At once, then after each announcement and each slow poll: the hints since the last."""
        if self._begun and not self._ended:
            await self.wait(self._poll - self._sooner())
        if self._ended:
            raise StopAsyncIteration
        self._begun = True
        hints, self._hints = frozenset(self._hints), set()
        return hints

    def _sooner(self) -> float:
        return asyncio.get_running_loop().time() % self._tick if self._tick else 0.0


class Changes:
    """The listeners' end of the doorbell: one connection for every watch of this process.

        with changes.watch(conversation_id) as watch:
            async for hints in watch:
                ...  # look what is new

    An announcement may be lost while the database is away: then the slow poll finds the change.
    A watch is woken for nothing now and then, so who is woken looks, and does not believe.
    """

    def __init__(self, engine: AsyncEngine, *, poll: float = POLL) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._poll = poll
        self._watches: dict[str, set[Watch]] = defaultdict(set)
        self._lost = asyncio.Event()
        self._stopping = False
        self._away = Outage(log, lost="changes.database_lost", found="changes.database_found")
        self.listening = False

    @contextmanager
    def watch(self, changed: UUID, watch: Watch | None = None) -> Iterator[Watch]:
        """Be woken when this id is announced, from here on."""
        watch, name = watch or Watch(self._poll), str(changed)
        self._watches[name].add(watch)
        if self._stopping:
            watch.end()
        try:
            yield watch
        finally:
            self._watches[name].discard(watch)
            if not self._watches[name]:
                del self._watches[name]

    def stop(self) -> None:
        """End every watch, so that open streams close; then return from `run`."""
        self._stopping = True
        self._lost.set()
        for watch in self._all():
            watch.end()

    async def run(self) -> None:
        """Listen until told to stop; after a lost connection on a new one."""
        while not self._stopping:
            try:
                await self._listen()
            except (DBAPIError, NoConnectionError, OSError) as error:
                self._away.goes_on(error)
            if not self._stopping:
                self._lost.clear()
                await happens(self._lost, within=AGAIN)

    async def _listen(self) -> None:
        async with self._engine.connect() as connection:
            try:
                await self._subscribe(connection)
                self.listening = True
                self._away.is_over()
                for watch in self._all():  # what was announced meanwhile was missed
                    watch.ring()
                while not await happens(self._lost, within=ALIVE):
                    await connection.exec_driver_sql("SELECT 1")
            finally:
                self.listening = False
                await connection.invalidate()  # back in the pool it would go on listening

    async def _subscribe(self, connection: AsyncConnection) -> None:
        self._lost.clear()
        if self._stopping:
            self._lost.set()
        raw: Any = (await connection.get_raw_connection()).driver_connection
        raw.add_termination_listener(lambda _: self._lost.set())
        await raw.add_listener(CHANGED, self._announced)

    def _announced(self, _: object, __: int, ___: str, payload: str) -> None:
        for announcement in payload.split(","):
            name, _sep, hint = announcement.partition(":")
            for watch in self._watches.get(name, ()):
                watch.hint(hint)

    def _all(self) -> list[Watch]:
        return [watch for watches in self._watches.values() for watch in watches]

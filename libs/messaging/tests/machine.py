"""A model of transactions, ids, locks and snapshots that drives the relay's own code.

Real transactions on real PostgreSQL, a step of one after a step of another, and between them the
relay: it passes on a window, is refused a key, dies before it has saved its cursor, begins a new
epoch, has its past purged. What is compared after every step: what Kafka has, what was committed.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from aiokafka.errors import KafkaError
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from contactflow.kernel import new_id
from contactflow.messaging.outbox import Outbox, purge_outbox
from contactflow.messaging.relay import Relay
from contactflow.messaging.sending import Answers
from contactflow.persistence import Works
from contactflow.testing.clock import NOON
from contactflow.testing.database import Engines
from contactflow.testing.waiting import until
from libs.messaging.tests.interleaved import Transaction
from libs.messaging.tests.ledger import Seen, create, lost, reordered

T = TypeVar("T")
WRITERS, KEYS, EVERYTHING = 3, 2, 10_000
STEPS = ("commit", "commit", "commit", "roll_back", "save", "undo")
MISHAPS = (
    "is_refused_a_key",
    "dies_before_its_cursor_is_saved",
    "finds_another_cluster",
    "has_its_past_purged",
)
WRITER, KEY = st.integers(0, WRITERS - 1), st.integers(0, KEYS - 1)


free = precondition(lambda self: self.open)


class CrashError(Exception):
    """The relay has sent, and dies before its cursor is saved."""


class Log:
    """What Kafka has; it may refuse a key, and then whatever of that key comes after."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.refuses: UUID | None = None
        self.crashes = False

    async def send(self, rows: Sequence[Row[Any]]) -> Answers:
        taken = [row for row in rows if row.key != self.refuses]
        self.seen += [(row.key, row.aggregate_version) for row in taken]
        if self.crashes:
            raise CrashError
        return [KafkaError() if row.key == self.refuses else None for row in rows]


class Horizon(RuleBasedStateMachine):
    """`outbox` is the relay's way to its rows: ours, or one that is known to be wrong."""

    runner: ClassVar[asyncio.Runner]
    stores: ClassVar[Engines]
    outbox: ClassVar[type[Outbox]] = Outbox

    def now(self, does: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(does)

    @initialize()
    def begin_empty(self) -> None:
        self.now(self._begin_empty())

    async def _begin_empty(self) -> None:
        self.works, self.workspace_id = Works(self.stores.app), new_id()
        self.open: list[Transaction] = []
        self.committed: list[Seen] = []
        self.log = Log()
        async with self.stores.owner.begin() as connection:
            await connection.exec_driver_sql("TRUNCATE outbox, relay_cursor")
        self.keys = [await self.works.run(self.workspace_id, create) for _ in range(KEYS)]
        self.committed += [(key, 1) for key in self.keys]
        autocommit = self.stores.system.execution_options(isolation_level="AUTOCOMMIT")
        self.connection: AsyncConnection = await autocommit.connect()
        await self._restart()

    # What transactions do

    @rule(early=st.booleans())
    @precondition(lambda self: len(self.open) < WRITERS)
    def a_transaction_begins(self, *, early: bool) -> None:
        self.open.append(Transaction())
        self.now(self.open[-1].begin(self.works, self.workspace_id, early=early))

    @rule(writer=WRITER, key=KEY)
    @free
    def it_changes_a_row(self, writer: int, key: int) -> None:
        self.now(self._change(self._free(writer), self.keys[key]))

    async def _change(self, one: Transaction, key: UUID) -> None:
        holder = self._holder(key)
        if holder in {None, one}:
            await one.tick(key)
        elif not self._would_deadlock(one, holder):
            await one.wait(key)

    @rule(writer=WRITER, does=st.sampled_from(STEPS), relayed=st.booleans())
    @free
    def it_goes_on(self, writer: int, does: str, *, relayed: bool) -> None:
        """`relayed`: the relay sees what there is at once."""
        self.now(self._go_on(self._free(writer), does))
        if relayed:
            self.now(self._pass_on(EVERYTHING))

    async def _go_on(self, one: Transaction, does: str) -> None:
        await getattr(one, does)()
        if does == "commit":
            self.committed += one.wrote
        if does in {"commit", "roll_back"}:
            self.open.remove(one)
        await self._let_go()

    # What the relay does, and what is done to it

    @rule(window=st.sampled_from([1, 2, EVERYTHING]))
    def the_relay_passes_on_a_window(self, window: int) -> None:
        self.now(self._pass_on(window))

    @rule(what=st.sampled_from(MISHAPS), key=KEY)
    def something_happens_to_the_relay(self, what: str, key: int) -> None:
        self.log.refuses = self.keys[key]
        self.now(getattr(self, what)())
        self.log.refuses = None

    async def is_refused_a_key(self) -> None:
        await self._pass_on(EVERYTHING)

    async def dies_before_its_cursor_is_saved(self) -> None:
        self.log.refuses, self.log.crashes = None, True
        await self._pass_on(EVERYTHING)
        self.log.crashes = False
        await self._restart()

    async def finds_another_cluster(self) -> None:
        """As after a restore; whoever had written to the outbox by then would be waited for."""
        if not any(one.wrote or one.waiting for one in self.open):
            await self.connection.exec_driver_sql("UPDATE relay_cursor SET cluster = 1")
            await self._restart()

    async def has_its_past_purged(self) -> None:
        system = Works(self.stores.system)
        await system.run(self.workspace_id, lambda work: purge_outbox(work, before=LATER))

    async def _restart(self) -> None:
        self.relaying = await self.outbox(self.connection).opened()

    async def _pass_on(self, window: int) -> None:
        with suppress(KafkaError, CrashError):
            await Relay(self.stores.system, self.log, window=window).pass_on(self.relaying)

    # What always holds

    @invariant()
    def nothing_that_is_committed_is_behind_the_cursor_unsent(self) -> None:
        self.now(self._look())

    async def _look(self) -> None:
        fresh = await self.outbox(self.connection).opened()
        ahead = [(row.key, row.aggregate_version) for row in await fresh.next(EVERYTHING)]
        assert not lost(self.committed, [*ahead, *self.log.seen]), "passed over"

    @invariant()
    def each_key_is_in_its_order(self) -> None:
        assert not reordered(self.log.seen), "out of order"

    @invariant()
    def nothing_is_sent_that_is_not_committed(self) -> None:
        assert not set(self.log.seen) - set(self.committed), "never happened"

    def teardown(self) -> None:
        """Everybody commits; then the relay sends what is left, by itself."""
        try:
            self.now(self._end())
        finally:
            self.now(self.connection.close())

    async def _end(self) -> None:
        while self.open:
            await self._go_on(self._free(0), "commit")
        await until(self._nothing_waits)
        assert not lost(self.committed, self.log.seen), "passed over"
        assert not reordered(self.log.seen), "out of order"

    async def _nothing_waits(self) -> bool:
        await self._pass_on(EVERYTHING)
        return not await self.relaying.next(1)

    # Who waits for whom

    def _free(self, writer: int) -> Transaction:
        """One that waits for nobody; of those that do, each waits for one that does not."""
        free = [one for one in self.open if not one.waiting]
        return free[writer % len(free)]

    def _holder(self, key: UUID) -> Transaction | None:
        return next((one for one in self.open if one.holds(key)), None)

    def _would_deadlock(self, asking: Transaction, holder: Transaction | None) -> bool:
        while holder and holder is not asking:
            holder = self._holder(holder.wants) if holder.wants else None
        return holder is asking

    async def _let_go(self) -> None:
        """For each row that is free now, the first of those who wait for it goes on."""
        for key in self.keys:
            waiting = {one.waiting: one for one in self.open if one.wants == key}
            if waiting and not self._holder(key):
                tasks = [task for task in waiting if task]
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    waiting[task].go_on(task.result())


LATER = NOON.replace(year=9999)

"""Writers of every kind, two relays of which one is killed again and again, and who consumes it."""

import asyncio
import random
import sys
from uuid import UUID

import pytest

from contactflow.kernel import new_id
from contactflow.messaging import Kafka, Relay, on
from contactflow.messaging.consumer import Consumer
from contactflow.messaging.deadletters import Graveyard
from contactflow.messaging.sending import Sender
from contactflow.messaging.settling import Settler
from contactflow.persistence import Work, Works
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests.effects import note, noted
from libs.messaging.tests.ledger import EARLY_ID, Seen, Ticked, create, lost, reordered, tick
from libs.messaging.tests.sent import relayed

SHORT, LONG = 10, 600  # seconds
WRITERS, HOT, COLD = 10, 3, 40
WINDOW = 1000  # what a relay that is killed may send a second time


class ChangedMindError(Exception):
    """A writer rolls back what it has written."""


class Writer:
    """Short and long transactions, savepoints, rollbacks; half of its ticks on three hot keys."""

    def __init__(self, works: Works, workspace_id: UUID, keys: list[UUID]) -> None:
        self._works, self._workspace_id, self._keys = works, workspace_id, keys
        self.wrote: list[Seen] = []

    async def write(self, end: float) -> None:
        while asyncio.get_running_loop().time() < end:
            try:
                self.wrote += await self._works.run(self._workspace_id, self._once)
            except ChangedMindError:
                continue

    async def _once(self, work: Work) -> list[Seen]:
        early, slow = random.random() < 0.5, random.choice([0, 0, 0.01, 0.2])
        wrote = [await tick(work, self._some_key(), early=early, slow=slow)]
        if random.random() < 0.2:
            async with work.session.begin_nested() as point:
                await tick(work, wrote[0][0])
                await point.rollback()
        if random.random() < 0.2:
            work.session.expire_all()
            wrote.append(await tick(work, wrote[0][0]))
        if random.random() < 0.2:
            raise ChangedMindError
        return wrote

    def _some_key(self) -> UUID:
        return random.choice(self._keys[:HOT] if random.random() < 0.5 else self._keys)


async def sleep_open(works: Works, workspace_id: UUID, end: float) -> None:
    """Transactions that have an id, write no event, and stall whoever waits for them."""
    while asyncio.get_running_loop().time() < end:
        async with works.begin(workspace_id) as work:
            await work.rows(EARLY_ID)
            await asyncio.sleep(random.uniform(0.1, 1))


async def a_relay(stores: Engines, broker: Broker) -> asyncio.subprocess.Process:
    command = ["-m", "libs.messaging.tests.relaying", stores.urls.system, broker.bootstrap]
    return await asyncio.create_subprocess_exec(sys.executable, *command)


async def kill_again_and_again(stores: Engines, broker: Broker, over: asyncio.Event) -> int:
    """Of two relays one at a time is killed and replaced, until both are; how often."""
    relays = [await a_relay(stores, broker) for _ in range(2)]
    kills = 0
    try:
        while not over.is_set():
            await asyncio.sleep(random.uniform(2, 6))
            relays.append(await a_relay(stores, broker))
            await killed(relays.pop(0))
            kills += 1
    finally:
        for relay in relays:
            await killed(relay)
    return kills + len(relays)


async def killed(process: asyncio.subprocess.Process) -> None:
    process.kill()
    await process.wait()


@pytest.mark.parametrize(
    "seconds", [SHORT, pytest.param(LONG, marks=[pytest.mark.long, pytest.mark.timeout(2 * LONG)])]
)
async def test_nothing_is_lost_or_reordered_and_no_effect_is_doubled(
    stores: Engines, broker: Broker, kafka: Kafka, ticks: str, workspace_id: UUID, seconds: int
) -> None:
    works = Works(stores.app)
    keys = [await works.run(workspace_id, create) for _ in range(COLD)]
    writers = [Writer(works, workspace_id, keys) for _ in range(WRITERS)]
    group = f"test.{new_id().hex}"
    settler = Settler(works, [on(Ticked, "note", apply=note)], Graveyard(kafka, group))
    over = asyncio.Event()
    async with running(Consumer(kafka, group, [ticks], settler.settle)):
        async with asyncio.TaskGroup() as tasks:
            killing = tasks.create_task(kill_again_and_again(stores, broker, over))
            await until(lambda: noted(works, workspace_id), longest=60)  # they are at work
            end = asyncio.get_running_loop().time() + seconds
            tasks.create_task(sleep_open(works, workspace_id, end))
            writing = [tasks.create_task(writer.write(end)) for writer in writers]
            await asyncio.wait(writing)
            over.set()
        wrote = {(key, 1) for key in keys}.union(*(one.wrote for one in writers))
        last = Relay(stores.system, Sender(kafka, "ticking"))
        async with running(last):
            await until(lambda: applied(works, workspace_id, len(wrote)), longest=60)

    seen = await relayed(broker, ticks, workspace_id)
    effects = await noted(works, workspace_id)
    assert last.sent < len(wrote), "those that were killed had sent nothing"
    assert not lost(wrote, seen)
    assert set(seen) == wrote, "something was sent that was rolled back"
    assert not reordered(seen)
    assert len(seen) - len(wrote) <= killing.result() * WINDOW
    assert sorted(effects) == sorted(wrote), "an effect was doubled"
    assert not reordered(effects)


async def applied(works: Works, workspace_id: UUID, count: int) -> bool:
    return len(await noted(works, workspace_id)) >= count

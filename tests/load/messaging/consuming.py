"""A full topic: the consumer with its inbox beside one commit for each message, in turns."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from contactflow.kernel import new_id
from contactflow.messaging.consumer import Consumer
from contactflow.messaging.deadletters import Graveyard
from contactflow.messaging.settling import Settler
from contactflow.persistence import Works
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests.effects import publish
from libs.messaging.tests.members import PLAIN
from tests.load.messaging.house import House
from tests.load.messaging.naive import consume

KINDS: Final = {"inbox": 12_000, "single": 2_000}
"""How many messages each gets: some seconds of work."""
WORKSPACES: Final = (1, 20)
ROUNDS: Final = 3
PARTITIONS: Final = 4
LONGEST_S: Final = 600.0
EFFECTS: Final = "SELECT workspace_id, key, version FROM effects"
Effect = tuple[UUID, UUID, int]


@dataclass
class Took:
    """All rounds of one kind with messages of so many workspaces."""

    kind: str
    workspaces: int
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Microseconds of this process for a message."""
    lost: int = 0
    twice: int = 0


class Clocked:
    """Between the first batch and the last: joining a group is not counted."""

    def __init__(self, settler: Settler) -> None:
        self._settler = settler
        self.settled, self.begun = 0, 0.0

    async def settle(self, records: Sequence[Any]) -> None:
        """As the settler does."""
        self.begun = self.begun or time.perf_counter()
        await self._settler.settle(records)
        self.settled += len(records)


async def measure(house: House) -> list[Took]:
    """Both kinds in turns."""
    took = [Took(kind, many) for many in WORKSPACES for kind in KINDS]
    for number in range(ROUNDS):
        for one in took if number % 2 else reversed(took):
            await _round(house, one)
    return took


async def _round(house: House, took: Took) -> None:
    await house.empty()
    topic, count = f"test.{new_id().hex}", KINDS[took.kind]
    await house.broker.topic(topic, partitions=PARTITIONS)
    published = await _published(house, topic, took.workspaces, count)
    cpu = time.process_time()
    consumed = _ours if took.kind == "inbox" else _one_by_one
    took.rates.append(count / await consumed(house, topic, count))
    took.cpu.append((time.process_time() - cpu) / count * 1e6)
    rows = [tuple(one) for one in await house.admin.fetch(EFFECTS)]
    took.lost += len(published - set(rows))
    took.twice += len(rows) - len(set(rows))


async def _published(house: House, topic: str, workspaces: int, count: int) -> set[Effect]:
    async def one(workspace_id: UUID) -> set[Effect]:
        made = await publish(house.kafka, topic, workspace_id, count // workspaces)
        return {(workspace_id, *seen) for seen in made}

    return set().union(*await asyncio.gather(*(one(new_id()) for _ in range(workspaces))))


async def _ours(house: House, topic: str, count: int) -> float:
    settler = Settler(Works(house.stores.app), [PLAIN], Graveyard(house.kafka, topic))
    clocked = Clocked(settler)
    async with running(Consumer(house.kafka, topic, [topic], clocked.settle)):
        await until(lambda: clocked.settled >= count, longest=LONGEST_S)
        return time.perf_counter() - clocked.begun


async def _one_by_one(house: House, topic: str, count: int) -> float:
    kafka = house.broker.consumer(topic)
    kafka.subscribe([topic])
    await kafka.start()
    try:
        await kafka.getone()
        await kafka.seek_to_beginning()
        begun = time.perf_counter()
        await consume(kafka, Works(house.stores.app), count)
        return time.perf_counter() - begun
    finally:
        await kafka.stop()

"""A full outbox, and events as they are written: the relay beside a poller, in turns."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import Row

from contactflow.kernel import new_id
from contactflow.messaging import Part, Relay
from contactflow.messaging.sending import Answers, Sender
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests import ledger
from libs.messaging.tests.ledger import Seen
from tests.load.messaging.counters import TOPIC
from tests.load.messaging.house import House
from tests.load.messaging.naive import Poller

KINDS: Final = ("relay", "poller")
ROUNDS: Final = 3
WAITING: Final = 20_000
KEYS: Final = 1000
LAST_WORDS_S: Final = 1.0
LONGEST_S: Final = 600.0
FILL: Final = """
    INSERT INTO outbox (workspace_id, id, topic, key, type, aggregate_version, occurred_at, body)
    SELECT $1::uuid, uuidv7(), $2::text, md5($1::uuid::text || n % $4::int)::uuid,
           'counter.counted', n / $4::int + 1, now(),
           jsonb_build_object('total', n, 'conversation_id', uuidv7(), 'subject_id', uuidv7())
    FROM generate_series(0, $3::int - 1) AS n"""


class Sends(Part, Protocol):
    """A relay or a poller."""

    sent: int


class Times:
    """When Kafka had acknowledged each event."""

    def __init__(self) -> None:
        self.of: dict[Seen, float] = {}

    def note(self, rows: Sequence[Row[Any]]) -> None:
        """These have just been acknowledged."""
        now = time.time()
        self.of.update(((row.key, row.aggregate_version), now) for row in rows)


class Timed:
    """The relay's own sender, and a clock."""

    def __init__(self, sender: Sender, times: Times) -> None:
        self._sender, self._times = sender, times

    async def send(self, rows: Sequence[Row[Any]]) -> Answers:
        """As the sender does."""
        answers = await self._sender.send(rows)
        self._times.note([row for row, said in zip(rows, answers, strict=True) if said is None])
        return answers


@dataclass
class Took:
    """All rounds of one kind."""

    kind: str
    rates: list[float] = field(default_factory=list)
    """Events a second out of a full outbox."""
    lags: dict[float, list[float]] = field(default_factory=dict)
    """Milliseconds from commit to acknowledgement, by the share of slow transactions."""
    workspaces: dict[UUID, tuple[float, list[Seen]]] = field(default_factory=dict)
    """What each round committed, and that share."""
    lost: dict[float, int] = field(default_factory=dict)
    late: dict[float, int] = field(default_factory=dict)
    """Out of order within their key."""
    written: dict[float, int] = field(default_factory=dict)


FULL: Final = -1.0
"""Instead of a share: the outbox was full, and nobody wrote."""
SHARES: Final = (0.0, 0.33)


async def measure(house: House) -> list[Took]:
    """Both kinds in turns; at the end Kafka is read from the start."""
    both = [Took(kind) for kind in KINDS]
    for number in range(ROUNDS):
        for took in both if number % 2 else reversed(both):
            await _drain(house, took)
            for share in SHARES:
                await _follow(house, took, share)
    for took in both:
        await _judge(house, took)
    return both


async def _drain(house: House, took: Took) -> None:
    workspace_id = new_id()
    await house.empty()
    await house.admin.execute(FILL, workspace_id, TOPIC.name, WAITING, KEYS)
    await house.admin.execute("VACUUM ANALYZE outbox")
    begun = time.perf_counter()
    async with _sending(house, took.kind, Times()) as sender:
        await until(lambda: sender.sent >= WAITING, longest=LONGEST_S)
        took.rates.append(WAITING / (time.perf_counter() - begun))
    took.workspaces[workspace_id] = FULL, list(await house.committed(workspace_id))


async def _follow(house: House, took: Took, share: float) -> None:
    workspace_id, times = new_id(), Times()
    await house.empty()
    async with _sending(house, took.kind, times):
        await _write(house, workspace_id, share)
        await asyncio.sleep(LAST_WORDS_S)  # whoever is still to come is lost
    committed = await house.committed(workspace_id)
    lags = took.lags.setdefault(share, [])
    lags += [(times.of[one] - at) * 1000 for one, at in committed.items() if one in times.of]
    took.workspaces[workspace_id] = share, list(committed)


async def _write(house: House, workspace_id: UUID, share: float) -> None:
    args = (house.stores.urls.app, str(workspace_id), str(share))
    program = (sys.executable, "-m", "tests.load.messaging.writers", *args)
    process = await asyncio.create_subprocess_exec(*program)
    if await process.wait():
        raise ChildProcessError(process.returncode)


@asynccontextmanager
async def _sending(house: House, kind: str, times: Times) -> AsyncIterator[Sends]:
    if kind == "relay":
        timed = Timed(Sender(house.kafka, "ticking"), times)
        relay = Relay(house.stores.system, timed)
        async with running(relay):
            yield relay
        return
    async with house.broker.producer() as producer:
        poller = Poller(house.stores.system, producer, times.note)
        async with running(poller):
            yield poller


async def _judge(house: House, took: Took) -> None:
    arrived = await house.arrived(took.workspaces)
    for workspace_id, (share, committed) in took.workspaces.items():
        seen = arrived[workspace_id]
        lost, late = len(ledger.lost(committed, seen)), len(ledger.reordered(seen))
        took.lost[share] = took.lost.get(share, 0) + lost
        took.late[share] = took.late.get(share, 0) + late
        took.written[share] = took.written.get(share, 0) + len(committed)

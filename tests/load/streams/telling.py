"""Everybody is told something at once, again and again: chat's streams beside pollers, in turns."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from contactflow.chat.conversations.messages import Message
from contactflow.chat.settings import ChatSettings
from contactflow.kernel import new_id, system_clock
from contactflow.persistence import open_engine
from contactflow.runtime import Platform
from contactflow.runtime.platform import platform
from contactflow.testing.parts import running
from contactflow.vault import keyring
from contactflow.vault.keys import Keyring
from contactflow.web import Principal
from tests.e2e.house import House
from tests.load.chat.plain import Plain
from tests.load.guests import Guest, guests
from tests.load.house import Gateway, settings
from tests.load.process import Measured, alternative
from tests.load.streams.watching import Page, Stream

STREAMS: Final = 2_000
BURSTS: Final = 5
IDLE_S: Final = 15.0
"""A stream's heartbeat: all of it is in the figure."""
ANSWER: Final = "We open at ten on Saturday. Your daughter is most welcome."
WHO: Final = """
    SELECT p.conversation_id, p.subject_id, s.kek_id, s.wrapped_key
    FROM participants p JOIN subjects s USING (workspace_id)
    WHERE s.id = p.subject_id AND workspace_id = $1"""
COLUMNS: Final = "workspace_id id subject_id conversation_id seq author kind created_at text"
VISITORS: Final = "INSERT INTO visitors SELECT unnest($1::uuid[]), gen_random_uuid()::text"
SAID: Final = """
    INSERT INTO messages SELECT gen_random_uuid(), id, $1::int, $2, now() FROM visitors"""


@dataclass
class Took:
    """Of one kind, with all its streams open."""

    kind: str
    kilobytes: float = 0.0
    """Of memory, a stream."""
    idle_cpu: float = 0.0
    """Percent of a core, while nothing happens."""
    rates: list[float] = field(default_factory=list)
    """Deliveries a second: from the commit until the last has it."""
    ms: list[float] = field(default_factory=list)
    """From the commit to each."""
    cpu_ms: list[float] = field(default_factory=list)
    """Of the server, a delivery."""
    lost: int = 0
    twice: int = 0


class Side(NamedTuple):
    """A server, the streams it will carry, and how everybody is told a message of that number."""

    server: Measured
    streams: Sequence[Stream]
    tell: Callable[[int], Awaitable[None]]


async def measure(house: House) -> list[Took]:
    """One after the other: two thousand streams of each at once would share the processors."""
    took = []
    async with chat_side(house) as side:
        took.append(await _measure("chat", side))
    async with poller_side(house) as side:
        took.append(await _measure("poller", side))
    return took


async def _measure(kind: str, side: Side) -> Took:
    took, before = Took(kind), side.server.megabytes
    page = Page(side.server.url, side.streams)
    async with page.open():
        took.kilobytes = (side.server.megabytes - before) / len(side.streams) * 1024
        cpu = side.server.cpu_s
        await asyncio.sleep(IDLE_S)
        took.idle_cpu = (side.server.cpu_s - cpu) / IDLE_S * 100
        for place in range(2, BURSTS + 2):
            await _burst(side, page, took, place)
        await asyncio.sleep(1)
        told = [one.places[place] for one in side.streams for place in range(1, BURSTS + 2)]
        took.lost, took.twice = told.count(0), sum(many > 1 for many in told)
    return took


async def _burst(side: Side, page: Page, took: Took, place: int) -> None:
    cpu = side.server.cpu_s
    await side.tell(place)
    begun = time.perf_counter()
    await page.have(place)
    took.ms += [(one.at[place] - begun) * 1000 for one in side.streams]
    took.rates.append(len(side.streams) / (max(one.at[place] for one in side.streams) - begun))
    took.cpu_ms.append((side.server.cpu_s - cpu) / len(side.streams) * 1000)


@asynccontextmanager
async def chat_side(house: House) -> AsyncIterator[Side]:
    """chat's api process, and visitors with their disclosure in front of them."""
    await house.provide("chat")
    async with platform("chat", settings(house, "chat", ChatSettings)) as on:
        workspace_id = new_id()
        come = await guests(on, workspace_id, STREAMS)
        await house.start("chat", "api")
        server = Measured(house.urls["chat"], house.processes["chat-api"].pid)
        signed = Gateway(house).headers("chat", Principal.public("bench"))
        async with running(on.doorbell), Teller.of(house, on, workspace_id) as teller:
            yield Side(server, [_stream(one, signed) for one in come], teller.tell)
    house.processes["chat-api"].ask_to_end()


def _stream(guest: Guest, signed: Mapping[str, str]) -> Stream:
    headers = {**signed, "ContactFlow-Visitor-Token": guest.token}
    return Stream("/v1/public/web-chat/events", headers)


@dataclass(frozen=True)
class Teller:
    """Puts an answer into every conversation in one transaction, then rings as a worker does."""

    database: asyncpg.Connection
    on: Platform[ChatSettings]
    ring: Keyring
    who: Sequence[asyncpg.Record]

    @asynccontextmanager
    @staticmethod
    async def of(
        house: House, on: Platform[ChatSettings], workspace_id: UUID
    ) -> "AsyncIterator[Teller]":
        """With the keys of everybody."""
        async with on.works.begin(workspace_id) as work:
            ring = keyring(work.session.info)
        database = await asyncpg.connect(house.database("chat"))
        try:
            yield Teller(database, on, ring, await database.fetch(WHO, workspace_id))
        finally:
            await database.close()

    async def tell(self, place: int) -> None:
        """Returns when it is committed and the bell has been rung."""
        rows = [self._row(one, place) for one in self.who]
        await self.database.copy_records_to_table("messages", columns=COLUMNS.split(), records=rows)
        self.on.doorbell.ring([one["conversation_id"] for one in self.who])

    def _row(self, one: asyncpg.Record, place: int) -> tuple[Any, ...]:
        whose, row_id, subject_id = self.ring.workspace_id, new_id(), one["subject_id"]
        key = self.ring.key(one["kek_id"], one["wrapped_key"], subject_id)
        text = Message.sealed_fields["text"].seal(key, whose, row_id, ANSWER)
        said = (one["conversation_id"], place, "agent", "text", system_clock(), text)
        return (whose, row_id, subject_id, *said)


@asynccontextmanager
async def poller_side(house: House) -> AsyncIterator[Side]:
    """The same crowd in plain tables; each has been told one thing."""
    admin = await asyncpg.connect(house.postgres.admin_url())
    await admin.execute("CREATE DATABASE plain")
    await admin.close()
    url = house.postgres.admin_url("plain")
    engine = open_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Plain.metadata.create_all)
    await engine.dispose()
    database = await asyncpg.connect(url)
    visitors = [new_id() for _ in range(STREAMS)]
    await database.execute(VISITORS, visitors)

    async def tell(place: int) -> None:
        await database.execute(SAID, place, ANSWER)

    try:
        await tell(1)
        async with alternative("tests.load.streams.poller", url) as server:
            yield Side(server, [Stream(f"/events/{one}", {}) for one in visitors], tell)
    finally:
        await database.close()

"""Visitors who write, over real HTTP: chat beside the plain route, in turns."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Final, NamedTuple

import asyncpg
from aiohttp import ClientSession, TCPConnector

from contactflow.chat.settings import ChatSettings
from contactflow.kernel import new_id
from contactflow.persistence import open_engine
from contactflow.runtime.platform import platform
from contactflow.web import Principal
from tests.e2e.house import House
from tests.load.chat.plain import Plain
from tests.load.guests import guests
from tests.load.house import Gateway, settings
from tests.load.process import Measured, alternative

KINDS: Final = ("chat", "plain")
CONNECTIONS: Final = (1, 8)
ROUNDS: Final = 4
SECONDS: Final = 5.0
VISITORS: Final = 400
"""Each may write 60 messages a minute."""
WORDS: Final = "When do you open on Saturday? I would like to come by with my daughter."
ACCEPTED: Final = {201, 202}
PLAIN_VISITORS: Final = """
    INSERT INTO visitors SELECT gen_random_uuid(), unnest($1::text[])"""


@dataclass
class Took:
    """Rounds of one kind with so many connections; the first only warmed up."""

    kind: str
    connections: int
    ms: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """Of the server, a message."""


class Side(NamedTuple):
    """One way of accepting."""

    server: Measured
    path: str
    tokens: Sequence[str]
    header: str
    gateway: Gateway | None = None

    def headers(self) -> Mapping[str, str]:
        """Of every request of the next round."""
        if self.gateway is None:
            return {}
        return self.gateway.headers("chat", Principal.public("bench"))


async def measure(house: House) -> tuple[list[Took], Mapping[str, int]]:
    """Both in turns; and how many messages of each were accepted, but are not there."""
    took = [Took(kind, many) for many in CONNECTIONS for kind in KINDS]
    numbers, accepted = count(), dict.fromkeys(KINDS, 0)
    async with sides(house) as both:
        for number in range(ROUNDS):
            for one in took if number % 2 else reversed(took):
                accepted[one.kind] += await _round(both[one.kind], one, numbers)
                if not number:
                    one.ms, one.rates, one.cpu_ms = [], [], []
        lost = {kind: accepted[kind] - await _stored(house, kind) for kind in KINDS}
    return took, lost


@asynccontextmanager
async def sides(house: House) -> AsyncIterator[Mapping[str, Side]]:
    """chat's api process with its database, and the plain one with its own."""
    await house.provide("chat")
    async with platform("chat", settings(house, "chat", ChatSettings)) as on:
        come = await guests(on, new_id(), VISITORS)
    await house.start("chat", "api")
    tokens = [one.token for one in come]
    ours = Measured(house.urls["chat"], house.processes["chat-api"].pid)
    async with AsyncExitStack() as stack:
        url = await _plain_database(house, tokens)
        theirs = await stack.enter_async_context(alternative("tests.load.chat.plain", url))
        yield {
            "chat": Side(
                ours,
                "/v1/public/web-chat/messages",
                tokens,
                "ContactFlow-Visitor-Token",
                Gateway(house),
            ),
            "plain": Side(theirs, "/messages", tokens, "token"),
        }


async def _plain_database(house: House, tokens: Sequence[str]) -> str:
    url = house.postgres.admin_url("plain")
    async with _connected(house.postgres.admin_url()) as admin:
        await admin.execute("CREATE DATABASE plain")
    engine = open_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Plain.metadata.create_all)
    await engine.dispose()
    async with _connected(url) as admin:
        await admin.execute(PLAIN_VISITORS, list(tokens))
    return url


async def _round(side: Side, took: Took, numbers: "count[int]") -> int:
    """How many were accepted."""
    cpu, begun = side.server.cpu_s, time.perf_counter()
    known = len(took.ms)
    connector = TCPConnector(limit=took.connections)
    async with ClientSession(side.server.url, headers=side.headers(), connector=connector) as http:
        writers = [_write(http, side, took, numbers, begun) for _ in range(took.connections)]
        await asyncio.gather(*writers)
    many = len(took.ms) - known
    took.rates.append(many / (time.perf_counter() - begun))
    took.cpu_ms.append((side.server.cpu_s - cpu) / many * 1000)
    return many


async def _write(
    http: ClientSession, side: Side, took: Took, numbers: "count[int]", begun: float
) -> None:
    while time.perf_counter() - begun < SECONDS:
        number = next(numbers)
        said = {"text": WORDS, "client_message_id": str(number)}
        token = {side.header: side.tokens[number % len(side.tokens)]}
        at = time.perf_counter()
        async with http.post(side.path, json=said, headers=token) as answer:
            body = await answer.text()
        took.ms.append((time.perf_counter() - at) * 1000)
        if answer.status not in ACCEPTED:
            raise AssertionError(answer.status, body)


async def _stored(house: House, kind: str) -> int:
    url = house.database("chat") if kind == "chat" else house.postgres.admin_url("plain")
    which = " WHERE author = 'visitor'" if kind == "chat" else ""
    async with _connected(url) as admin:
        return int(await admin.fetchval(f"SELECT count(*) FROM messages{which}"))


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    admin = await asyncpg.connect(url)
    try:
        yield admin
    finally:
        await admin.close()

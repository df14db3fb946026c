"""The same request straight to the service, through the gateway, and through an httpx forwarder."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Final, NamedTuple
from uuid import UUID

from aiohttp import ClientSession, TCPConnector
from httpx import AsyncClient

from contactflow.kernel import PLATFORM_WORKSPACE_ID, decode
from contactflow.runtime import Settings
from contactflow.runtime.platform import platform
from tests.e2e.house import House
from tests.e2e.people import Json, post, signed_up
from tests.load.house import Gateway, settings
from tests.load.process import Measured, alternative

KINDS: Final = ("direct", "gateway", "httpx")
ALONE: Final = 800
"""Requests of each kind, one at a time."""
CONNECTIONS: Final = 16
ROUNDS: Final = 4
SECONDS: Final = 3.0
KEYS: Final = 20
"""Each may send 1,200 requests a minute."""
SCOPES: Final = ("contacts:read", "contacts:write")
ADA: Final = {"name": "Ada Lovelace", "emails": ["ada@example.com"], "language": "en"}


@dataclass
class Took:
    """All requests of one kind."""

    kind: str
    alone_ms: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """Of the forwarding process, a request."""


class Way(NamedTuple):
    """Where to send it; any of these headers may be used for one request."""

    server: Measured
    path: str
    headers: Sequence[Mapping[str, str]]


async def measure(house: House) -> list[Took]:
    """One at a time in turns, then many at once in turns."""
    took = [Took(kind) for kind in KINDS]
    async with ways(house) as known:
        await _alone(known, took)
        for number in range(ROUNDS):
            for one in took if number % 2 else reversed(took):
                await _together(known, one)
                if not number:
                    one.rates, one.cpu_ms = [], []
    return took


@asynccontextmanager
async def ways(house: House) -> AsyncIterator[Mapping[str, Any]]:
    """To one contact of a business; a token lasts a minute, so each is made when it is needed."""
    await house.provide("gateway", "crm")
    await asyncio.gather(house.start("gateway", "api"), house.start("crm", "api"))
    crm, gateway = (
        Measured(house.urls[name], house.processes[f"{name}-api"].pid)
        for name in ("crm", "gateway")
    )
    await _have_key(house, "gateway", PLATFORM_WORKSPACE_ID)
    origin = {"Origin": gateway.url}
    async with AsyncClient(base_url=gateway.url, headers=origin, timeout=60) as http:
        account = await signed_up(http, "Nora", "nora@example.com")
        keys = [await _key(http, number) for number in range(KEYS)]
        workspace_id = decode("ws", account["workspace"]["id"])
        await _have_key(house, "crm", workspace_id)
        path = f"/v1/contacts/{(await post(http, '/v1/contacts', ADA))['id']}"
    signs = Gateway(house)

    def signed() -> list[dict[str, str]]:
        return [signs.staff("crm", workspace_id, *SCOPES)]

    async with alternative("tests.load.gateway.naive", crm.url) as naive:
        yield {
            "direct": lambda: Way(crm, path, signed()),
            "gateway": lambda: Way(gateway, path, keys),
            "httpx": lambda: Way(naive, path, signed()),
        }


async def _have_key(house: House, service: str, workspace_id: UUID) -> None:
    """As the service's worker makes it, once it hears of the workspace."""
    async with platform(service, settings(house, service, Settings)) as on:
        await on.works.run(workspace_id, on.vault.create_key)


async def _key(http: AsyncClient, number: int) -> dict[str, str]:
    wanted: Json = {"name": f"Key {number}", "scopes": list(SCOPES)}
    made = await post(http, "/v1/api-keys", wanted)
    return {"Authorization": f"Bearer {made['secret']}"}


async def _alone(known: Mapping[str, Any], took: Sequence[Took]) -> None:
    """A request of each kind after the other."""
    async with ClientSession() as http:
        for number in range(ALONE + ALONE // 10):
            if not number % (ALONE // 5):
                turns = [(one, known[one.kind]()) for one in took]
            for one, way in turns:
                ms = await _ask(http, way, way.headers[number % len(way.headers)])
                if number >= ALONE // 10:
                    one.alone_ms.append(ms)


async def _together(known: Mapping[str, Any], took: Took) -> None:
    way: Way = known[took.kind]()
    headers = cycle(way.headers)
    cpu, begun = way.server.cpu_s, time.perf_counter()

    async def ask(http: ClientSession) -> int:
        many = 0
        while time.perf_counter() - begun < SECONDS:
            await _ask(http, way, next(headers))
            many += 1
        return many

    async with ClientSession(connector=TCPConnector(limit=CONNECTIONS)) as http:
        many = sum(await asyncio.gather(*(ask(http) for _ in range(CONNECTIONS))))
    took.rates.append(many / (time.perf_counter() - begun))
    took.cpu_ms.append((way.server.cpu_s - cpu) / many * 1000)


async def _ask(http: ClientSession, way: Way, headers: Mapping[str, str]) -> float:
    """Milliseconds. Raises AssertionError for any other answer than the contact."""
    begun = time.perf_counter()
    async with http.get(way.server.url + way.path, headers=headers) as answer:
        body = await answer.read()
    ms = (time.perf_counter() - begun) * 1000
    if b"Ada Lovelace" not in body:
        raise AssertionError(answer.status, body)
    return ms

"""A visitor's stream, cut anywhere and taken up again: nothing is missed, nothing comes twice."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

import pytest
from httpx import AsyncClient, HTTPError

from contactflow.kernel import new_id
from tests.e2e.house import House
from tests.e2e.people import Business, Json, Visitor, a_business
from tests.e2e.strangers import passer_by
from tests.hostile.doors import Door, said

EVENTS = "/v1/public/web-chat/events"
MESSAGES = "/v1/public/web-chat/messages"
WRITTEN = 130  # more than one page of a list
LONG = 60.0  # seconds; a process starts anew meanwhile
MOST_BYTES = 3000


@dataclass
class Reader:
    """Has read up to `place`. Goes on at another door whenever it is cut off."""

    visitor: Visitor
    doors: list[Door]
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    most: int = MOST_BYTES
    place: int = 0
    seen: list[Json] = field(default_factory=list)

    async def until(self, total: int) -> None:
        """Read until somebody has said so much, a few bytes at a time."""
        async with asyncio.timeout(LONG):
            while len(self.seen) < total:
                with suppress(HTTPError):  # a process is gone
                    await self.some(self.chance.choice(self.doors), total)

    async def some(self, door: Door, total: int) -> None:
        """Of one stream, so many bytes: wherever that is, the rest is lost."""
        left, kept = self.chance.randrange(self.most), b""
        headers = door.headers(self.visitor.opened["token"]) | {"Last-Event-ID": str(self.place)}
        async with (
            passer_by(door.url, **headers) as http,
            http.stream("GET", EVENTS, timeout=20) as answer,
        ):
            if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                return
            assert answer.status_code == HTTPStatus.OK, await answer.aread()
            async for piece in answer.aiter_bytes():
                *whole, kept = (kept + piece[:left]).split(b"\n\n")
                for self.place, message in filter(None, map(said, whole)):
                    self.seen.append(message)
                left -= len(piece)
                if left <= 0 or len(self.seen) >= total:
                    return


@dataclass(frozen=True)
class Talk:
    """A conversation, and the doors at which it can be followed."""

    business: Business
    visitor: Visitor
    doors: list[Door]

    async def write(self, count: int) -> list[str]:
        """So many replies of staff, each once, whatever becomes of the processes; their texts."""
        path = f"/v1/conversations/{self.visitor.conversation_id}/messages"
        texts = [f"Reply {number}" for number in range(count)]
        for text in texts:
            await once(self.business.http, path, {"text": text})
        return texts


async def once(http: AsyncClient, path: str, body: Json) -> None:
    """Post until it is done, under one key."""
    key = {"Idempotency-Key": new_id().hex}
    async with asyncio.timeout(LONG):
        while True:
            with suppress(HTTPError):
                answer = await http.post(path, json=body, headers=key)
                if answer.status_code < 500 and answer.status_code != 409:
                    assert answer.is_success, answer.text
                    return
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
async def doors(house: House) -> list[Door]:
    """The gateway, the process behind it, and another one."""
    _, other = await house.another("chat", "api")
    return [Door(house.gateway), Door(house.urls["chat"], house), Door(other, house)]


@pytest.fixture
async def talk(house: House, doors: list[Door]) -> AsyncIterator[Talk]:
    """Somebody has written, and staff answer."""
    async with a_business(house.gateway) as business:
        visitor = await business.visitor()
        assert (await visitor.write("Hello")).is_success
        yield Talk(business, visitor, doors)


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2, 3))])
async def test_a_stream_that_is_cut_anywhere_misses_and_repeats_nothing(
    house: House, talk: Talk, seed: int
) -> None:
    """By the reader at any byte, while messages are written, and by a process that is killed."""
    reader = Reader(talk.visitor, talk.doors, random.Random(seed))
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(talk.write(WRITTEN))
        tasks.create_task(reader.until(WRITTEN // 2))
        walking = tasks.create_task(walked(talk.visitor, WRITTEN // 2))
        await asyncio.sleep(0.5)
        house.kill("chat-api")
        await asyncio.to_thread(house.processes["chat-api"].wait, 10)
        await house.start("chat", "api")
    everything = await whole(talk.visitor)
    await reader.until(len(everything))

    assert reader.seen == everything
    assert walking.result() == everything[: len(walking.result())]
    assert [one["seq"] for one in everything] == [*range(1, len(everything) + 1)]
    assert [one["text"] for one in everything if one["author"] == "staff"] == writing.result()


async def test_every_place_is_a_place_to_go_on_from(talk: Talk) -> None:
    await talk.write(20)
    everything = await whole(talk.visitor)
    for door in talk.doors:
        for place in range(len(everything)):
            reader = Reader(talk.visitor, [door], most=10**6, place=place)
            await reader.until(len(everything) - place)
            assert reader.seen == everything[place:]


async def walked(visitor: Visitor, total: int) -> list[Json]:
    """The list, while it becomes longer, until so much was said."""
    seen: list[Json] = []
    async with asyncio.timeout(LONG):
        while len(seen) < total:
            with suppress(HTTPError):
                seen += await after(visitor, len(seen))
    return seen


async def whole(visitor: Visitor) -> list[Json]:
    """All that was said, by the list."""
    seen: list[Json] = []
    while more := await after(visitor, len(seen)):
        seen += more
    return seen


async def after(visitor: Visitor, place: int) -> list[Json]:
    """A page of the list."""
    asked = {"cursor": place}
    answer = await visitor.http.get(MESSAGES, params=asked, headers=visitor.headers)
    data: list[Json] = answer.raise_for_status().json()["data"]
    return data

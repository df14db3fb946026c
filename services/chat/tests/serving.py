"""The streams that visitors keep open."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from httpx import AsyncClient, Response

from services.chat.tests.visitors import WEB_CHAT, Visitor


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    name: str
    id: int | None
    data: Any


@asynccontextmanager
async def stream(
    url: str, visitor: Visitor, place: int | None = None
) -> AsyncIterator[AsyncIterator[Event]]:
    """Follow the conversation as a browser would, from the beginning or after a place."""
    headers = visitor.headers | ({} if place is None else {"Last-Event-ID": str(place)})
    async with (
        AsyncClient(base_url=url, timeout=20, trust_env=False) as client,
        client.stream("GET", f"{WEB_CHAT}/events", headers=headers) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        yield events(answer)


async def events(answer: Response) -> AsyncIterator[Event]:
    """Comments and times to wait are none."""
    said: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(":")
            said[name] = value.strip()
            continue
        if "event" in said:
            place = int(said["id"]) if "id" in said else None
            yield Event(said["event"], place, json.loads(said["data"]))
        said = {}


async def take(following: AsyncIterator[Event], count: int) -> list[Event]:
    """The next messages; whatever else comes is left out."""
    found: list[Event] = []
    async with asyncio.timeout(15):
        while len(found) < count:
            event = await anext(following)
            if event.name == "message.created":
                found.append(event)
    return found

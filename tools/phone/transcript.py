"""The service's own record of the call, followed by its public API."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

OVER = {"completed", "failed", "no_answer", "busy", "canceled"}


@dataclass(frozen=True)
class Transcript:
    """Of the call to `number` that is not among the `earlier` ones.

    It looks every `pause` seconds; once the caller has hung up, it waits for `patience` seconds.
    """

    http: httpx.AsyncClient
    number: str
    earlier: frozenset[str] = frozenset()
    pause: float = 0.5
    patience: float = 15.0

    async def follow(self, is_over: Callable[[], bool]) -> AsyncIterator[dict[str, Any]]:
        """Its items as they come, until the record is closed. Raises httpx.HTTPStatusError."""
        seen, call, deadline = 0, None, math.inf
        while _now() < deadline:
            call = await self._call(call)
            items = await self._items(call, seen)
            for item in items:
                yield item
            if call and call["status"] in OVER and not items:
                return
            seen += len(items)
            deadline = min(deadline, _now() + self.patience) if is_over() else deadline
            await asyncio.sleep(self.pause)

    async def _call(self, known: dict[str, Any] | None) -> dict[str, Any] | None:
        if known:
            return await _get(self.http, f"/v1/calls/{known['id']}")
        found = (await _get(self.http, "/v1/calls"))["data"]
        new = (one for one in found if one["id"] not in self.earlier)
        return next((one for one in new if one["to"] == self.number), None)

    async def _items(self, call: dict[str, Any] | None, seen: int) -> list[dict[str, Any]]:
        if call is None:
            return []
        told = await _get(self.http, f"/v1/calls/{call['id']}/transcript")
        return list(told["data"])[seen:]


@asynccontextmanager
async def reading(gateway: str, key: str, number: str) -> AsyncIterator[Transcript]:
    """By a key of the workspace, before that number is rung. Raises httpx.HTTPStatusError."""
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=gateway, headers=headers, timeout=10) as http:
        calls = (await _get(http, "/v1/calls"))["data"]
        yield Transcript(http, number, frozenset(one["id"] for one in calls))


async def _get(http: httpx.AsyncClient, path: str) -> dict[str, Any]:
    said: dict[str, Any] = (await http.get(path)).raise_for_status().json()
    return said


def _now() -> float:
    return asyncio.get_running_loop().time()

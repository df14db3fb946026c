"""The service's own record of the call, followed by its public API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

OVER = {"completed", "failed", "no_answer", "busy", "canceled"}


@dataclass(frozen=True)
class Transcript:
    """Of the newest call from that number; of the newest of all when it is withheld.

    It looks every `pause` seconds, and gives up when nothing has come for `patience` seconds.
    """

    http: httpx.AsyncClient
    caller: str | None
    pause: float = 0.5
    patience: float = 120.0

    async def follow(self) -> AsyncIterator[dict[str, Any]]:
        """Its items as they come, until the call is over. Raises httpx.HTTPStatusError."""
        seen, call, deadline = 0, None, _now() + self.patience
        while _now() < deadline:
            call = await self._call(call)
            items = await self._items(call, seen)
            for item in items:
                yield item
            if call and call["status"] in OVER and not items:
                return
            seen += len(items)
            deadline = _now() + self.patience if items else deadline
            await asyncio.sleep(self.pause)

    async def _call(self, known: dict[str, Any] | None) -> dict[str, Any] | None:
        if known:
            return await self._get(f"/v1/calls/{known['id']}")
        found = (await self._get("/v1/calls"))["data"]
        mine = (one for one in found if self.caller in {None, one["from"]})
        return next(mine, None)

    async def _items(self, call: dict[str, Any] | None, seen: int) -> list[dict[str, Any]]:
        if call is None:
            return []
        told = await self._get(f"/v1/calls/{call['id']}/transcript")
        return list(told["data"])[seen:]

    async def _get(self, path: str) -> dict[str, Any]:
        said: dict[str, Any] = (await self.http.get(path)).raise_for_status().json()
        return said


@asynccontextmanager
async def reading(gateway: str, key: str, caller: str | None) -> AsyncIterator[Transcript]:
    """By a key of the workspace."""
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=gateway, headers=headers, timeout=10) as http:
        yield Transcript(http, caller)


def _now() -> float:
    return asyncio.get_running_loop().time()

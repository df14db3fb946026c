"""How long a call may last, how long a caller may be silent, how long the model may think."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

Act = Callable[[], Awaitable[object]]
Side = Literal["agent", "caller", "line"]


class Patience:
    """Does each act in turn, a time after the last sign of life; while it is held, none passes."""

    def __init__(self, after_s: float, *acts: Act) -> None:
        self._after_s, self._acts = after_s, acts
        self._alive, self._moved = asyncio.Event(), asyncio.Event()
        self._held_by: set[Side] = set()

    def alive(self) -> None:
        """Begin anew."""
        self._alive.set()
        self._moved.set()

    def hold(self, by: Side, *, on: bool = True) -> None:
        """When the last one lets go, the time of the act that is due begins anew, not the acts."""
        if on:
            self._held_by.add(by)
        else:
            self._held_by.discard(by)
        self._moved.set()

    async def run(self) -> None:
        while True:
            await self._alive.wait()
            self._alive.clear()
            for act in self._acts:
                if not await self._is_out():
                    break
                await act()

    async def _is_out(self) -> bool:
        """Whether the time is up; False if there was a sign of life."""
        while not self._alive.is_set():
            self._moved.clear()
            try:
                async with asyncio.timeout(None if self._held_by else self._after_s):
                    await self._moved.wait()
            except TimeoutError:
                return True
        return False


async def deadline(limit_s: float, act: Callable[[], None]) -> None:
    """Does it once, when the time is up."""
    await asyncio.sleep(limit_s)
    act()

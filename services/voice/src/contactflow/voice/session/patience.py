"""How long a call may last, how long a caller may be silent, how long the model may think."""

import asyncio
from collections.abc import Awaitable, Callable

Act = Callable[[], Awaitable[object]]


class Patience:
    """Does each act in turn, a time after the last sign of life; holding stops the clock."""

    def __init__(self, after_s: float, *acts: Act) -> None:
        self._after_s, self._acts = after_s, acts
        self._alive = asyncio.Event()
        self._held = True

    def alive(self) -> None:
        self._held = False
        self._alive.set()

    def hold(self) -> None:
        self._held = True
        self._alive.set()

    async def run(self) -> None:
        while True:
            for act in self._acts:
                if await self._sign_of_life():
                    break
                await act()
            else:
                self._held = True

    async def _sign_of_life(self) -> bool:
        self._alive.clear()
        try:
            async with asyncio.timeout(None if self._held else self._after_s):
                return await self._alive.wait()
        except TimeoutError:
            return False


async def deadline(limit_s: float, act: Callable[[], None]) -> None:
    """Does it once, when the time is up."""
    await asyncio.sleep(limit_s)
    act()

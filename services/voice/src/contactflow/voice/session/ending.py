"""Why a call ends: one reason, once."""

import asyncio
from collections.abc import Awaitable, Callable

from contactflow.voice.session.terms import EndedBy


class Ending:
    """The first reason counts. One that comes during a hand-over waits for how that goes."""

    def __init__(self) -> None:
        self._by: asyncio.Future[EndedBy] = asyncio.get_running_loop().create_future()
        self._is_handing_over = False
        self._meanwhile: EndedBy | None = None

    def end(self, by: EndedBy) -> None:
        if self._is_handing_over:
            self._meanwhile = self._meanwhile or by
        elif not self._by.done():
            self._by.set_result(by)

    async def over(self) -> EndedBy:
        return await self._by

    async def hand_over(self, transfer: Callable[[], Awaitable[bool]]) -> bool:
        """A carrier may take the line before it has answered: that is no caller who hangs up."""
        if self._by.done():
            return False
        self._is_handing_over, done = True, False
        try:
            done = await transfer()
        finally:
            self._is_handing_over = False
            if by := "handed_over" if done else self._meanwhile:
                self.end(by)
        return done

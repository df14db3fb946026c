"""Storing beside a call: in order, again until it works, never the call's problem."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from contactflow.voice.session.ports import CallerGoneError

T = TypeVar("T")
AGAIN_S = 0.5

log = logging.getLogger(__name__)


class Keeper(Generic[T]):
    """`keep` never waits; `aclose` returns when everything is stored, however long it takes.

    Once the caller was erased nothing is kept any more, and nothing of what waited.
    """

    def __init__(self, store: Callable[[T], Awaitable[None]]) -> None:
        self._store = store
        self._waiting: asyncio.Queue[T | None] = asyncio.Queue()
        self._all_stored = asyncio.Event()
        self.is_gone = False

    def keep(self, item: T) -> None:
        if not self.is_gone:
            self._waiting.put_nowait(item)

    async def run(self) -> None:
        while (item := await self._waiting.get()) is not None:
            while not (self.is_gone or await self._stored(item)):  # noqa: ASYNC110  a retry
                await asyncio.sleep(AGAIN_S)
        self._all_stored.set()

    async def aclose(self) -> None:
        self._waiting.put_nowait(None)
        await self._all_stored.wait()

    async def _stored(self, item: T) -> bool:
        try:
            await self._store(item)
        except CallerGoneError:
            self.is_gone = True
        except Exception as error:  # noqa: BLE001  the caller is served whatever the store does
            log.warning("call.store_failed", extra={"error": type(error).__name__})
            return False
        return True

"""Telling the database that this media process lives, and how many calls it can take."""

import asyncio
import logging
from contextlib import suppress

from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock, UnavailableError
from contactflow.persistence import Work, Works
from contactflow.voice.media.edge import MediaEdge
from contactflow.voice.places.model import BEAT
from contactflow.voice.places.repository import House

log = logging.getLogger(__name__)


class Beating:
    """A part that beats until it is told to stop and the last call is over."""

    def __init__(self, system: Works, house: House, edge: MediaEdge, clock: Clock) -> None:
        self._system, self._house, self._edge, self._clock = system, house, edge, clock
        self._leaving = asyncio.Event()

    def stop(self) -> None:
        self._edge.leave()
        self._leaving.set()

    async def run(self) -> None:
        while not self._is_over():
            await self._beat()
            await self._pause()
        await self._beat()

    def _is_over(self) -> bool:
        return self._leaving.is_set() and self._edge.is_idle

    async def _beat(self) -> None:
        """One that fails is followed by the next."""

        async def beat(work: Work) -> None:
            if self._leaving.is_set():
                await self._house.close(work, at=self._clock())
            else:
                await self._house.beat(work, taken=self._edge.places, at=self._clock())

        try:
            await self._system.run(PLATFORM_WORKSPACE_ID, beat)
        except UnavailableError:
            log.warning("media.beat_missed")

    async def _pause(self) -> None:
        """Until the next beat, or until there is news."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT.total_seconds()):
                await (self._edge.empty() if self._leaving.is_set() else self._leaving.wait())

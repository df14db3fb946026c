"""Both sides of a call as stereo, from consent on and not one byte before."""

import asyncio
import logging
from collections import deque
from typing import Final

from contactflow.kernel import UnavailableError
from contactflow.voice import g711
from contactflow.voice.session.keeper import AGAIN_S, Keeper
from contactflow.voice.session.ports import FRAME_S, SILENCE, RecordingSink

BLOCK: Final = 50
"""Frames in one write: 1 s."""
LATE: Final = 10
"""Frames of the caller that may wait for the clock of the line: 200 ms."""

log = logging.getLogger(__name__)


class Recorder:
    """`heard` and `spoken` are called for every frame and never wait."""

    def __init__(self, sink: RecordingSink) -> None:
        self._sink = sink
        self._on = self._over = False
        self._caller: deque[bytes] = deque(maxlen=LATE)
        self._block: list[tuple[bytes, bytes]] = []
        self._blocks = Keeper(sink.write)
        self.frames = 0

    @property
    def seconds(self) -> float:
        return self.frames * FRAME_S

    def allow(self) -> None:
        self._on = not self._over

    def stop(self) -> None:
        """For good: what was recorded is kept, nothing is added."""
        self._on, self._over = False, True
        self._hand_over()

    def heard(self, pcm: bytes) -> None:
        if self._on:
            self._caller.append(pcm)

    def spoken(self, pcm: bytes) -> None:
        """Called every 20 ms, with silence too: the clock of the recording."""
        if not self._on or self._blocks.is_gone:
            return
        self.frames += 1
        caller = self._caller.popleft() if self._caller else SILENCE
        self._block.append((caller, pcm))
        if len(self._block) == BLOCK:
            self._hand_over()

    async def run(self) -> None:
        await self._blocks.run()

    async def aclose(self) -> None:
        """What is left is written, then the sink is closed, however long that takes."""
        self.stop()
        await self._blocks.aclose()
        while not await self._closed():  # noqa: ASYNC110  a retry
            await asyncio.sleep(AGAIN_S)

    async def _closed(self) -> bool:
        try:
            await self._sink.aclose()
        except UnavailableError:
            log.warning("call.store_failed", extra={"error": UnavailableError.__name__})
            return False
        return True

    def _hand_over(self) -> None:
        if self._block:
            caller, agent = (b"".join(side) for side in zip(*self._block, strict=True))
            self._blocks.keep(g711.stereo(caller, agent))
            self._block = []

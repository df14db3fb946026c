"""A line in memory, for virtual time: remembers what was played when, and echoes marks."""

import asyncio
from collections.abc import AsyncIterator

from contactflow.voice.session.ports import FRAME_S, Heard, LineDroppedError, Played


class Phone:
    """CallAudio that plays what it has, 20 ms at a time, and says nothing."""

    def __init__(self, *, echoes: bool = True) -> None:
        self._echoes = echoes
        self._held: list[tuple[str, bytes]] = []
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()
        self.played: list[bytes] = []
        self.deepest = 0
        self.clears = 0
        self.is_gone = False

    async def run(self) -> None:
        while True:
            await asyncio.sleep(FRAME_S)
            self._marks()
            if self._held:
                self.played.append(self._held.pop(0)[1])
            self._marks()

    async def hear(self) -> AsyncIterator[Heard]:
        while True:
            yield await self._heard.get()

    async def play(self, pcm: bytes) -> None:
        self._there()
        self._held.append(("", pcm))
        self.deepest = max(self.deepest, sum(not name for name, _ in self._held))

    async def mark(self, name: str) -> None:
        self._there()
        self._held.append((name, b""))

    async def clear(self) -> None:
        self.clears += 1
        self._held = [one for one in self._held if one[0]]
        self._marks()

    async def aclose(self) -> None:
        self.is_gone = True

    def _marks(self) -> None:
        while self._held and self._held[0][0]:
            name = self._held.pop(0)[0]
            if self._echoes:
                self._heard.put_nowait(Played(name))

    def _there(self) -> None:
        if self.is_gone:
            raise LineDroppedError

"""The caller's end of the line: what is said and heard, on one clock of 20 ms."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

RATE = 8_000
FRAME_S = 0.02
FRAME = 320  # bytes of 16 bit PCM
QUIET = bytes(FRAME)


class HungUpError(Exception):
    """The call is over while somebody waits for something in it."""


@dataclass
class Handset:
    """Both sides of the call as the caller's ear and mouth have them, a frame for each tick.

    Whatever plays the carrier ticks it, puts what the service sent into it (`play`, `mark`,
    `clear`), and hangs it up; whoever calls speaks and presses keys, and waits.
    """

    said: bytearray = field(default_factory=bytearray)
    heard: bytearray = field(default_factory=bytearray)
    keys: deque[str] = field(default_factory=deque)
    over: bool = False
    _mouth: deque[bytes] = field(default_factory=deque)
    _coming: deque[bytes] = field(default_factory=deque)
    _marks: deque[tuple[int, str]] = field(default_factory=deque)
    _played: int = 0
    _ticked: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def seconds(self) -> float:
        """How long the line has been open."""
        return len(self.said) / FRAME * FRAME_S

    @property
    def is_speaking(self) -> bool:
        return bool(self._mouth)

    def say(self, pcm: bytes) -> None:
        """16 bit, 8 kHz, after what is being said already."""
        whole = pcm + bytes(-len(pcm) % FRAME)
        self._mouth.extend(whole[at : at + FRAME] for at in range(0, len(whole), FRAME))

    def press(self, key: str) -> None:
        self.keys.append(key)

    def play(self, pcm: bytes) -> None:
        """Of any length: a frame that comes in pieces is played without a gap."""
        if self._coming and len(self._coming[-1]) < FRAME:
            pcm = self._coming.pop() + pcm
        self._coming.extend(pcm[at : at + FRAME] for at in range(0, len(pcm), FRAME))

    def mark(self, name: str) -> list[str]:
        """The marks that are reached at once, because nothing is left to play before them."""
        self._marks.append((self._played + len(self._coming), name))
        return self._reached()

    def clear(self) -> list[str]:
        """Forget what has not been played; the marks in it are reached by that."""
        self._coming.clear()
        marks = [name for _, name in self._marks]
        self._marks.clear()
        return marks

    async def tick(self) -> tuple[bytes, list[str]]:
        """20 ms pass: what is said in them, and the marks that are reached."""
        said = self._mouth.popleft() if self._mouth else QUIET
        self.said += said
        if self._coming:
            self.heard += self._coming.popleft().ljust(FRAME, b"\0")
            self._played += 1
        else:
            self.heard += QUIET
        async with self._ticked:
            self._ticked.notify_all()
        return said, self._reached()

    def _reached(self) -> list[str]:
        marks = []
        while self._marks and self._marks[0][0] <= self._played:
            marks.append(self._marks.popleft()[1])
        return marks

    async def hang_up(self) -> None:
        """Whoever waits hears of it."""
        self.over = True
        async with self._ticked:
            self._ticked.notify_all()

    async def until(self, happened: Callable[[], bool], within: float) -> bool:
        """Whether it happened, asked at each tick. Raises HungUpError."""
        last = self.seconds + within
        async with self._ticked:
            await self._ticked.wait_for(lambda: happened() or self.over or self.seconds >= last)
        if happened():
            return True
        if self.over:
            raise HungUpError
        return False

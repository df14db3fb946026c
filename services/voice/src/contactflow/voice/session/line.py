"""What the caller hears: in order, in real time, cut off at once when it must be."""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from contactflow.voice.session.ports import FRAME_BYTES, FRAME_S, SILENCE, CallAudio

AHEAD = 5
"""Frames that the carrier may hold: 100 ms against jitter, and all that a clear can lose."""
ECHO_S = 1.0
"""How long after its last frame a carrier may take to echo a mark."""


class Playback(NamedTuple):
    seconds: float
    interrupted: bool
    confirmed: bool


@dataclass(eq=False, slots=True)
class Utterance:
    """Something that is said on the line. `began` holds the offset of its first frame in ms.

    `frames` are not handed over yet; when it `is_whole`, none will be added. A pause of the line
    holds only what `may_pause`; the caller's voice cuts only what was played `gives_way_after`
    so many frames.
    """

    mark: str
    may_pause: bool = False
    gives_way_after: float = math.inf
    began: asyncio.Future[int] = field(default_factory=asyncio.Future)
    done: asyncio.Future[Playback] = field(default_factory=asyncio.Future)
    played: int = 0
    frames: deque[bytes] = field(default_factory=deque)
    is_whole: bool = False

    @property
    def has_more(self) -> bool:
        """A frame, or its end."""
        return bool(self.frames) or self.is_whole

    def finish(self, *, interrupted: bool, confirmed: bool) -> None:
        if not self.done.done():
            self.done.set_result(Playback(self.played * FRAME_S, interrupted, confirmed))


class _Frame(NamedTuple):
    utterance: Utterance
    pcm: bytes


class Line:
    """One utterance after the other, each as a whole.

    `spoken` gets each frame as it is played; `busy` is told whether there is something to play.
    """

    def __init__(
        self, audio: CallAudio, spoken: Callable[[bytes], None], busy: Callable[[bool], None]
    ) -> None:
        self._audio, self._spoken, self._busy = audio, spoken, busy
        self._not_done: set[Utterance] = set()
        self._queue: deque[Utterance] = deque()
        self._in_flight: deque[_Frame] = deque()
        self._marked: dict[str, Utterance] = {}
        self._wake = asyncio.Event()
        self._clearing = self._paused = False
        self._names, self._ticks = count(1), 0

    @property
    def offset_ms(self) -> int:
        """How long the line has been open."""
        return round(self._ticks * FRAME_S * 1000)

    def begin(self, *, may_pause: bool = False) -> Utterance:
        """It is its turn after those that began before, even while it is not whole."""
        utterance = Utterance(self._name(), may_pause)
        self._queue.append(utterance)
        self._not_done.add(utterance)
        self._busy(True)  # noqa: FBT003
        return utterance

    def add(self, utterance: Utterance, pcm: bytes) -> None:
        """Whole frames only."""
        utterance.frames.extend(
            pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)
        )
        if not self._in_flight:
            self._wake.set()

    def end(self, utterance: Utterance) -> None:
        utterance.is_whole = True

    def say(self, pcm: bytes, *, gives_way_after: float = math.inf) -> Utterance:
        """`gives_way_after` which part of it; by default, the caller hears it whole."""
        utterance = self.begin()
        self.add(utterance, pcm + bytes(-len(pcm) % FRAME_BYTES))
        utterance.gives_way_after = gives_way_after * len(utterance.frames)
        self.end(utterance)
        return utterance

    def cut(self, utterance: Utterance) -> None:
        """Silence it now; what others had in flight is played again from where it was."""
        self._take_back()
        self._queue = deque(other for other in self._queue if other is not utterance)
        self._marked.pop(utterance.mark, None)
        self._finish(utterance, interrupted=True)

    def give_way(self) -> None:
        """To the caller's voice: what may be is cut; what has not begun is none they talk over."""
        frame = self._in_flight[0] if self._in_flight else None
        if frame and frame.utterance.played >= frame.utterance.gives_way_after:
            self.cut(frame.utterance)

    def pause(self) -> None:
        self._paused = True
        if any(frame.utterance.may_pause for frame in self._in_flight):
            self._take_back()

    def resume(self) -> None:
        self._paused = False
        self._wake.set()

    def confirm(self, mark: str) -> None:
        if utterance := self._marked.pop(mark, None):
            self._finish(utterance, confirmed=True)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + FRAME_S
        while True:
            await self._send()
            if await self._woken_before(due):
                continue
            due += FRAME_S
            self._tick()

    def _take_back(self) -> None:
        self._clearing = self._clearing or bool(self._in_flight)
        while self._in_flight:
            utterance, pcm = self._in_flight.pop()
            utterance.frames.appendleft(pcm)
            if utterance not in self._queue:
                self._queue.appendleft(utterance)
                self._mark_anew(utterance)
        self._wake.set()

    def _mark_anew(self, utterance: Utterance) -> None:
        """A clear has the carrier echo the mark that it was given already."""
        self._marked.pop(utterance.mark, None)
        utterance.mark = self._name()

    def _name(self) -> str:
        return f"u{next(self._names)}"

    async def _send(self) -> None:
        if self._clearing:
            self._clearing = False
            await self._audio.clear()
        while (utterance := self._next()) and utterance.has_more and self._may_send():
            await self._send_one(utterance)

    def _may_send(self) -> bool:
        """Not before a clear that was asked for meanwhile: it would be dropped."""
        return not self._clearing and len(self._in_flight) < AHEAD

    def _next(self) -> Utterance | None:
        """Whoever gets past one that pauses keeps the turn when the pause is over."""
        for utterance in self._queue:
            if not (self._paused and utterance.may_pause):
                self._queue.remove(utterance)
                self._queue.appendleft(utterance)
                return utterance
        return None

    async def _send_one(self, utterance: Utterance) -> None:
        if not utterance.frames:
            self._queue.popleft()
            self._await_echo(utterance)
            await self._audio.mark(utterance.mark)
            return
        pcm = utterance.frames.popleft()
        self._in_flight.append(_Frame(utterance, pcm))
        if not utterance.began.done():
            utterance.began.set_result(self.offset_ms)
        await self._audio.play(pcm)

    def _await_echo(self, utterance: Utterance) -> None:
        self._marked[utterance.mark] = utterance
        patience = len(self._in_flight) * FRAME_S + ECHO_S
        asyncio.get_running_loop().call_later(patience, self._give_up_on, utterance.mark)

    def _give_up_on(self, mark: str) -> None:
        if utterance := self._marked.pop(mark, None):
            self._finish(utterance)

    def _finish(
        self, utterance: Utterance, *, interrupted: bool = False, confirmed: bool = False
    ) -> None:
        self._not_done.discard(utterance)
        utterance.finish(interrupted=interrupted, confirmed=confirmed)
        if not self._not_done:
            self._busy(False)  # noqa: FBT003

    async def _woken_before(self, due: float) -> bool:
        try:
            async with asyncio.timeout_at(due):
                await self._wake.wait()
        except TimeoutError:
            return False
        self._wake.clear()
        return True

    def _tick(self) -> None:
        self._ticks += 1
        if not self._in_flight:
            self._spoken(SILENCE)
            return
        frame = self._in_flight.popleft()
        frame.utterance.played += 1
        self._spoken(frame.pcm)

"""LiveKit's audio input and output, on the line of a call."""

import asyncio
import time

import numpy as np
import soxr
from livekit import rtc
from livekit.agents.voice import io

from contactflow.voice.session.line import Line, Playback, Utterance
from contactflow.voice.session.ports import FRAME_BYTES, RATE
from contactflow.voice.session.upsampling import Upsampler
from contactflow.voice.session.words import Words

HEARS, SPEAKS = 16_000, 24_000
WINDOW = 512
"""Samples that are looked at for voice at once: pieces of them would be put together there."""
BACKLOG = 500
"""Frames that may wait for a stalled session: 10 s."""


class Hearing(io.AudioInput):
    """What the caller says, as LiveKit wants it: 16 kHz, 32 ms at a time."""

    def __init__(self) -> None:
        super().__init__(label="line")
        self._frames: asyncio.Queue[bytes | None] = asyncio.Queue(BACKLOG)
        self._up, self._rest = Upsampler(), b""

    def hear(self, pcm: bytes) -> None:
        if self._frames.full():
            self._frames.get_nowait()
        self._frames.put_nowait(pcm)

    def end(self) -> None:
        if not self._frames.full():
            self._frames.put_nowait(None)

    async def __anext__(self) -> rtc.AudioFrame:
        while len(self._rest) < 2 * WINDOW:
            pcm = await self._frames.get()
            if pcm is None:
                raise StopAsyncIteration
            self._rest += self._up(pcm)
        window, self._rest = self._rest[: 2 * WINDOW], self._rest[2 * WINDOW :]
        return rtc.AudioFrame(window, HEARS, 1, WINDOW)


class Speaking(io.AudioOutput):
    """What the model says, one utterance between two flushes."""

    def __init__(self, line: Line, words: Words) -> None:
        can_pause = io.AudioOutputCapabilities(pause=True)
        super().__init__(label="line", capabilities=can_pause, sample_rate=SPEAKS)
        self._line, self._words = line, words
        self._saying: Utterance | None = None
        self._waiting: list[Utterance] = []
        self._rest, self._made_s = b"", 0.0
        self._down = self._resampler()

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        saying = self._saying or self._begin()
        self._made_s += frame.duration
        self._push(saying, self._down.resample_chunk(np.frombuffer(frame.data, np.int16)).tobytes())

    def flush(self) -> None:
        super().flush()
        if saying := self._saying:
            tail = self._down.resample_chunk(np.empty(0, np.int16), last=True).tobytes()
            self._push(saying, tail + bytes(-len(self._rest + tail) % FRAME_BYTES))
            self._line.end(saying)
        self._saying, self._down = None, self._resampler()

    def clear_buffer(self) -> None:
        self._saying, self._rest, self._down = None, b"", self._resampler()
        for utterance in [*self._waiting]:
            self._line.cut(utterance)

    def pause(self) -> None:
        super().pause()
        self._line.pause()

    def resume(self) -> None:
        super().resume()
        self._line.resume()

    def _begin(self) -> Utterance:
        self._made_s = 0.0
        self._saying = saying = self._line.begin(may_pause=True)
        self._waiting.append(saying)
        saying.began.add_done_callback(self._on_began)
        saying.done.add_done_callback(self._on_done)
        return saying

    def _push(self, saying: Utterance, pcm: bytes) -> None:
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        self._line.add(saying, pcm[:whole])
        self._rest = pcm[whole:]

    def _on_began(self, began: asyncio.Future[int]) -> None:
        if not began.cancelled():
            self.on_playback_started(created_at=time.time())

    def _on_done(self, done: asyncio.Future[Playback]) -> None:
        self._waiting = [utterance for utterance in self._waiting if not utterance.done.done()]
        if not done.cancelled():
            played = done.result()
            self.on_playback_finished(
                playback_position=played.seconds,
                interrupted=played.interrupted,
                synchronized_transcript=self._words.heard(
                    played_s=played.seconds, made_s=self._made_s
                ),
            )

    @staticmethod
    def _resampler() -> soxr.ResampleStream:
        return soxr.ResampleStream(SPEAKS, RATE, 1, dtype="int16", quality="MQ")

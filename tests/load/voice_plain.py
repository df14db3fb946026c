"""The obvious alternative to our call: a plain AgentSession on a carrier's socket."""

import asyncio
import time
from typing import Any

import numpy as np
import soxr
from livekit import rtc
from livekit.agents import Agent, AgentSession, ConversationItemAddedEvent
from livekit.agents.llm import ChatMessage
from livekit.agents.voice import io

from contactflow.voice.session.livekit_io import SPEAKS, Hearing
from contactflow.voice.session.ports import FRAME_BYTES, RATE, CallAudio, LineDroppedError, Voice


class Straight(io.AudioOutput):
    """Everything goes to the carrier as it comes; what was heard is told by the clock."""

    def __init__(self, audio: CallAudio) -> None:
        capabilities = io.AudioOutputCapabilities(pause=False)
        super().__init__(label="straight", capabilities=capabilities, sample_rate=SPEAKS)
        self._audio = audio
        self._down = soxr.ResampleStream(SPEAKS, RATE, 1, dtype="int16", quality="MQ")
        self._rest, self._seconds, self._began = b"", 0.0, 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._clearing: set[asyncio.Future[None]] = set()

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self._seconds:
            self._began = time.time()
            self.on_playback_started(created_at=self._began)
        self._seconds += frame.duration
        pcm = self._rest + self._down.resample_chunk(np.frombuffer(frame.data, np.int16)).tobytes()
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        for at in range(0, whole, FRAME_BYTES):
            await self._audio.play(pcm[at : at + FRAME_BYTES])
        self._rest = pcm[whole:]

    def flush(self) -> None:
        super().flush()
        if self._seconds:
            left = self._began + self._seconds - time.time()
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, left), self._finished, False)  # noqa: FBT003

    def clear_buffer(self) -> None:
        if self._seconds:
            clearing = asyncio.ensure_future(self._audio.clear())
            self._clearing.add(clearing)
            clearing.add_done_callback(self._clearing.discard)
            self._finished(True)  # noqa: FBT003

    def _finished(self, interrupted: bool) -> None:  # noqa: FBT001
        if self._timer:
            self._timer.cancel()
        heard = min(self._seconds, time.time() - self._began)
        self._seconds, self._timer, self._rest = 0.0, None, b""
        self.on_playback_finished(playback_position=heard, interrupted=interrupted)


async def plain_call(audio: CallAudio, session: AgentSession[Any]) -> list[float]:
    """The latencies that LiveKit counted, in seconds."""
    latencies: list[float] = []

    def added(event: ConversationItemAddedEvent) -> None:
        item = event.item
        took = item.metrics.get("e2e_latency") if isinstance(item, ChatMessage) else None
        if took is not None:
            latencies.append(took)

    hearing = Hearing()
    session.on("conversation_item_added", added)
    session.input.audio, session.output.audio = hearing, Straight(audio)
    await session.start(Agent(instructions="Be brief."), record=False)
    try:
        async for heard in audio.hear():
            if isinstance(heard, Voice):
                hearing.hear(heard.pcm)
    except LineDroppedError:
        """As good as a goodbye."""
    hearing.end()
    await session.aclose()
    return latencies

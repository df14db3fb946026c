"""The obvious alternative to our call: a plain AgentSession on a carrier's socket."""

import asyncio
import time
from typing import Any

from livekit import rtc
from livekit.agents import Agent, AgentSession, ConversationItemAddedEvent
from livekit.agents.llm import ChatMessage
from livekit.agents.llm.chat_context import MetricsReport
from livekit.agents.voice import io

from contactflow.voice.session.ports import (
    FRAME_BYTES,
    RATE,
    CallAudio,
    Latency,
    LineDroppedError,
    Voice,
)
from contactflow.voice.session.transcript import split


class Ear(io.AudioInput):
    """Frames as the carrier sends them."""

    def __init__(self) -> None:
        super().__init__(label="ear")
        self.frames: asyncio.Queue[bytes] = asyncio.Queue()

    async def __anext__(self) -> rtc.AudioFrame:
        return rtc.AudioFrame(await self.frames.get(), RATE, 1, FRAME_BYTES // 2)


class Mouth(io.AudioOutput):
    """Everything goes to the carrier as it comes; what was heard is told by the clock."""

    def __init__(self, audio: CallAudio) -> None:
        capabilities = io.AudioOutputCapabilities(pause=False)
        super().__init__(label="mouth", capabilities=capabilities, sample_rate=RATE)
        self._audio = audio
        self._rest, self._seconds, self._began = b"", 0.0, 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._clearing: set[asyncio.Future[None]] = set()

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self._seconds:
            self._began = time.time()
            self.on_playback_started(created_at=self._began)
        self._seconds += frame.duration
        pcm = self._rest + bytes(frame.data.cast("b"))
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


async def plain_call(audio: CallAudio, session: AgentSession[Any]) -> list[Latency]:
    """Until the caller hangs up; where the time of each answer went."""
    latencies: list[Latency] = []
    asked = MetricsReport()

    def added(event: ConversationItemAddedEvent) -> None:
        nonlocal asked
        item = event.item
        if isinstance(item, ChatMessage) and item.role == "user":
            asked = item.metrics
        elif isinstance(item, ChatMessage):
            latencies.append(split(asked, item.metrics))

    ear = Ear()
    session.on("conversation_item_added", added)
    session.input.audio, session.output.audio = ear, Mouth(audio)
    await session.start(Agent(instructions="Be brief."), record=False)
    try:
        async for heard in audio.hear():
            if isinstance(heard, Voice):
                ear.frames.put_nowait(heard.pcm)
    except LineDroppedError:
        """As good as a goodbye."""
    await session.aclose()
    return latencies

"""The speech models of a call: the plug-ins, which wait 30 s for each byte on their own (1.8)."""

import asyncio
import time
from typing import Any

from livekit.agents import NOT_GIVEN, APIConnectOptions, APITimeoutError, NotGivenOr, stt, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS
from livekit.agents.utils import AudioBuffer
from livekit.plugins import openai


class Ears(openai.STT):
    """What takes longer than the time-out was not understood, and the next words are heard.

    An error would end the stream, and with it what the caller has said meanwhile.
    """

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str | list[str]] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        try:
            async with asyncio.timeout(conn_options.timeout):
                return await super()._recognize_impl(
                    buffer, language=language, conn_options=conn_options
                )
        except TimeoutError:
            failed = stt.STTError(
                timestamp=time.time(), label=self.label, error=APITimeoutError(), recoverable=False
            )
            self.emit("error", failed)
            return stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT)


class Mouth(openai.TTS):
    """The time-out is for each piece of sound."""

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> openai.tts.ChunkedStream:
        """See TTS."""
        return _Spoken(tts=self, input_text=text, conn_options=conn_options)


class _Spoken(openai.tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        limit_s = self._conn_options.timeout
        try:
            async with asyncio.timeout(limit_s) as waiting:
                pushed: Any = _Pushed(output_emitter, waiting, limit_s)
                await super()._run(pushed)
        except TimeoutError:
            raise APITimeoutError from None


class _Pushed:
    """An emitter; whenever it gets sound, the time begins anew."""

    def __init__(self, emitter: tts.AudioEmitter, waiting: asyncio.Timeout, limit_s: float) -> None:
        self._emitter, self._waiting, self._limit_s = emitter, waiting, limit_s

    def __getattr__(self, name: str) -> Any:
        return getattr(self._emitter, name)

    def push(self, data: bytes) -> None:
        self._waiting.reschedule(asyncio.get_running_loop().time() + self._limit_s)
        self._emitter.push(data)

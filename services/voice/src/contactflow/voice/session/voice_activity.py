"""How long a voice has been heard, without the silence that follows it."""

from dataclasses import replace

from livekit import rtc
from livekit.agents import vad


class Exact(vad.VAD):
    """LiveKit's detection counts silence as speech until it has lasted long enough (1.8).

    Whoever interrupts for 0.1 s has then, after 0.25 s of silence, interrupted for 0.3 s: however
    short a sound, it stops the agent, and `interruption.min_duration` only says how late.
    """

    def __init__(self, of: vad.VAD) -> None:
        super().__init__(capabilities=of.capabilities)
        self._of = of

    def stream(self) -> vad.VADStream:
        return _Stream(self._of.stream())


class _Stream(vad.VADStream):
    """Another stream, which does the work: what a stream sets up for it is not set up here."""

    def __init__(self, of: vad.VADStream) -> None:
        self._of = of

    def push_frame(self, frame: rtc.AudioFrame) -> None:
        self._of.push_frame(frame)

    def flush(self) -> None:
        self._of.flush()

    def end_input(self) -> None:
        self._of.end_input()

    async def aclose(self) -> None:
        await self._of.aclose()

    async def __anext__(self) -> vad.VADEvent:
        event = await self._of.__anext__()
        if event.type is vad.VADEventType.INFERENCE_DONE and event.raw_accumulated_silence:
            voice_s = max(0.0, event.speech_duration - event.raw_accumulated_silence)
            return replace(event, speech_duration=voice_s)
        return event

    async def _main_task(self) -> None:
        """The other's."""

"""How long somebody is heard to speak."""

from livekit import rtc
from livekit.agents import inference, vad

from contactflow.voice.session.inline import InlineExecutor
from contactflow.voice.session.livekit_io import HEARS, WINDOW
from contactflow.voice.session.upsampling import Upsampler
from contactflow.voice.session.voice_activity import Exact
from services.voice.tests.session.voices import speech

QUIET = bytes(2 * 8_000)
"""A second."""


async def longest(detection: vad.VAD, pcm: bytes) -> float:
    """Seconds that it thinks the voice was heard, at most."""
    stream = detection.stream()
    heard = Upsampler()(QUIET + pcm + QUIET)
    for at in range(0, len(heard) - 2 * WINDOW, 2 * WINDOW):
        stream.push_frame(rtc.AudioFrame(heard[at : at + 2 * WINDOW], HEARS, 1, WINDOW))
    stream.end_input()
    looked = vad.VADEventType.INFERENCE_DONE
    durations = [event.speech_duration async for event in stream if event.type is looked]
    await stream.aclose()
    return max(durations)


async def with_silence_and_without(pcm: bytes) -> tuple[float, float]:
    detection = inference.VAD(executor=InlineExecutor(), min_silence_duration=0.25)
    return await longest(detection, pcm), await longest(Exact(detection), pcm)


async def test_the_silence_after_a_sound_is_no_speech() -> None:
    beginning_of_a_word = speech("a_person")[800:2720]

    usual, exact = await with_silence_and_without(beginning_of_a_word)

    assert usual > 0.25
    assert 0.05 < exact < 0.2


async def test_a_sentence_is_as_long_as_it_is() -> None:
    usual, exact = await with_silence_and_without(speech("a_person"))

    assert 1.0 < usual - 0.3 < exact <= usual

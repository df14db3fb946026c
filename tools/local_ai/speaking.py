"""The speech interface before the voices."""

import asyncio
import io
import json
import wave
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tools.local_ai.errors import RefusedError, loading, refused
from tools.local_ai.text import language_of, sentences

RATE = 24_000
FORMATS = ("pcm", "wav")
MOST_LETTERS = 4096
SLOWEST, FASTEST = 0.25, 4.0


class Voice(Protocol):
    """Speaks one language."""

    def speak(self, sentence: str, speed: float) -> bytes:
        """16 bit PCM, mono, 24 kHz."""


@dataclass(frozen=True)
class Wanted:
    """What is to be spoken, and how."""

    text: str
    language: str
    form: str
    speed: float


class Speaking:
    """Answers 503 until a language's voice is warm; the voices are made in their order.

    All of it is done in one thread, a sentence at a time, so that two who listen take turns.
    """

    def __init__(self, voices: Mapping[str, Callable[[], Voice]]) -> None:
        self._make = voices
        self._voices: dict[str, Voice] = {}
        self._thread = ThreadPoolExecutor(1)

    async def warm_up(self) -> None:
        for language, make in self._make.items():
            voice = await self._apart(make)
            await self._apart(voice.speak, "OK.", 1.0)
            self._voices[language] = voice

    async def speak(self, request: Request) -> Response:
        try:
            asked = wanted(await request.body())
        except RefusedError as error:
            return refused(error)
        if asked.language not in self._voices:
            return loading()
        spoken = self._spoken(asked)
        if asked.form == "wav":
            return Response(wav(b"".join([one async for one in spoken])), media_type="audio/wav")
        return StreamingResponse(spoken, media_type="audio/pcm")

    async def _spoken(self, asked: Wanted) -> AsyncIterator[bytes]:
        voice = self._voices[asked.language]
        for sentence in sentences(asked.text):
            yield await self._apart(voice.speak, sentence, asked.speed)

    async def _apart(self, work: Callable[..., Any], *told: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *told)


def wanted(body: bytes) -> Wanted:
    """Raises RefusedError. Which model is named makes no difference: there is one."""
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise RefusedError("The body is not a JSON object.", "body")
    text, voice = asked.get("input"), asked.get("voice") or ""
    if not isinstance(text, str) or not text.strip() or len(text) > MOST_LETTERS:
        msg = f"'input' is to be 1 to {MOST_LETTERS} letters of text."
        raise RefusedError(msg, "input")
    if not isinstance(voice, str):
        raise RefusedError("'voice' is to be the name of a voice.", "voice")
    return Wanted(text, language_of(text, voice), _form(asked), _speed(asked))


def _form(asked: dict[str, Any]) -> str:
    form = asked.get("response_format") or "mp3"
    if form not in FORMATS:
        msg = f"The response format {form!r} is not offered: use {' or '.join(FORMATS)}."
        raise RefusedError(msg, "response_format")
    return str(form)


def _speed(asked: dict[str, Any]) -> float:
    speed = asked.get("speed") or 1.0
    if not isinstance(speed, int | float) or not SLOWEST <= speed <= FASTEST:
        msg = f"'speed' is to be {SLOWEST} to {FASTEST}."
        raise RefusedError(msg, "speed")
    return float(speed)


def wav(pcm: bytes) -> bytes:
    """With a header that says what it is."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(pcm)
    return file.getvalue()

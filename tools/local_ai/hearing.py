"""The transcription interface before the ears."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tools.local_ai.errors import RefusedError, loading, refused

FORMATS = ("json", "text", "verbose_json")
LARGEST = 25_000_000  # bytes


@dataclass(frozen=True)
class Heard:
    """What was said, in which language, in how many seconds."""

    text: str
    language: str
    seconds: float


class Ears(Protocol):
    """Write down what is said."""

    def transcribe(self, recording: bytes, language: str | None, prompt: str | None) -> Heard:
        """Raises RefusedError when it is no recording, or of a language that is not known."""


class Hearing:
    """Answers 503 until the model is warm. One recording at a time, in a thread of its own."""

    def __init__(self, ears: Callable[[], Ears]) -> None:
        self._make = ears
        self._ears: Ears | None = None
        self._thread = ThreadPoolExecutor(1)

    async def warm_up(self) -> None:
        self._ears = await self._apart(self._make)

    async def transcribe(self, request: Request) -> Response:
        if self._ears is None:
            return loading()
        try:
            async with request.form() as form:
                wanted, told = _format(form), (_language(form), _text(form, "prompt"))
                recording = await _file(form).read()
            heard = await self._apart(self._ears.transcribe, recording, *told)
        except RefusedError as error:
            return refused(error)
        return _answer(heard, wanted)

    async def _apart(self, work: Callable[..., Any], *told: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *told)


def _file(form: FormData) -> UploadFile:
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.size or file.size > LARGEST:
        msg = f"A recording of 1 to {LARGEST} bytes is due in the part 'file'."
        raise RefusedError(msg, "file")
    return file


def _format(form: FormData) -> str:
    wanted = _text(form, "response_format") or FORMATS[0]
    if wanted not in FORMATS:
        msg = f"The response format {wanted!r} is not offered: use one of {', '.join(FORMATS)}."
        raise RefusedError(msg, "response_format")
    return wanted


def _language(form: FormData) -> str | None:
    """Without the region, which Whisper does not tell apart."""
    tag = _text(form, "language")
    return tag.partition("-")[0].lower() if tag else None


def _text(form: FormData, name: str) -> str | None:
    value = form.get(name)
    return value if isinstance(value, str) and value else None


def _answer(heard: Heard, wanted: str) -> Response:
    if wanted == "text":
        return PlainTextResponse(heard.text)
    more = {"task": "transcribe", "language": heard.language, "duration": heard.seconds}
    return JSONResponse({"text": heard.text} | (more if wanted == "verbose_json" else {}))

"""The transcription interface, with ears that only note what they are given."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from tools.local_ai import hearing
from tools.local_ai.errors import RefusedError
from tools.local_ai.hearing import Heard, Hearing


@dataclass
class Notes:
    given: list[tuple[bytes, str | None, str | None]] = field(default_factory=list)

    def transcribe(self, recording: bytes, language: str | None, prompt: str | None) -> Heard:
        if recording == b"noise":
            raise RefusedError("Not to be read.", "file")
        self.given.append((recording, language, prompt))
        return Heard("My number is 0612345678.", "en", 2.5)


@pytest.fixture
def ears() -> Notes:
    return Notes()


@pytest.fixture
def cold(ears: Notes) -> Hearing:
    return Hearing(lambda: ears)


@pytest.fixture
async def warm(cold: Hearing) -> Hearing:
    await cold.warm_up()
    return cold


async def send(hearing: Hearing, file: bytes = b"sound", **fields: str) -> httpx.Response:
    app = Starlette(routes=[Route("/hear", hearing.transcribe, methods=["POST"])])
    sent: dict[str, Any] = {"files": {"file": ("f.wav", file)}, "data": {"model": "whisper-1"}}
    sent["data"] |= fields
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        return await http.post("http://ai/hear", **sent)


async def test_before_it_is_warm_it_asks_to_come_again(cold: Hearing) -> None:
    answer = await send(cold)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


async def test_the_language_is_as_given_without_its_region(warm: Hearing, ears: Notes) -> None:
    await send(warm, language="fr-CA", prompt="Café Miette")
    await send(warm)

    assert ears.given == [(b"sound", "fr", "Café Miette"), (b"sound", None, None)]


async def test_the_words_come_in_the_format_that_was_asked_for(warm: Hearing) -> None:
    plain = await send(warm, response_format="text")
    short = await send(warm)
    long = await send(warm, response_format="verbose_json")

    text = "My number is 0612345678."
    assert plain.text == text
    assert short.json() == {"text": text}
    assert long.json() == {"task": "transcribe", "language": "en", "duration": 2.5, "text": text}


@pytest.mark.parametrize(
    ("file", "fields", "param"),
    [
        (b"sound", {"response_format": "srt"}, "response_format"),
        (b"", {}, "file"),
        (b"noise", {}, "file"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    warm: Hearing, file: bytes, fields: dict[str, str], param: str
) -> None:
    answer = await send(warm, file, **fields)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


async def test_more_than_is_taken_is_refused(warm: Hearing) -> None:
    answer = await send(warm, bytes(hearing.LARGEST + 1))

    assert answer.status_code == 400

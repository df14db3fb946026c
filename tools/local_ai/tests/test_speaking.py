"""The speech interface, with voices that only note what they are to say."""

import asyncio
import io
import json
import wave
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from tools.local_ai.speaking import Speaking


@dataclass
class Notes:
    """A voice whose every sentence is one sound of its number."""

    said: list[tuple[str, float]] = field(default_factory=list)
    may_go_on: Event = field(default_factory=Event)

    def speak(self, sentence: str, speed: float) -> bytes:
        if len(self.said) > 1:  # after the warm-up and a first sentence
            assert self.may_go_on.wait(5)
        self.said.append((sentence, speed))
        return bytes([len(self.said)]) * 4


@pytest.fixture
def english() -> Notes:
    return Notes()


@pytest.fixture
def french() -> Notes:
    voice = Notes()
    voice.may_go_on.set()
    return voice


@pytest.fixture
def speaking(english: Notes, french: Notes) -> Speaking:
    return Speaking({"en": lambda: english, "fr": lambda: french})


@pytest.fixture
def client(speaking: Speaking) -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/speech", speaking.speak, methods=["POST"])])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ai")


def asking(**more: Any) -> dict[str, Any]:
    return {
        "model": "tts-1",
        "voice": "alloy",
        "input": "Oui. Non.",
        "response_format": "pcm",
    } | more


async def test_before_it_is_warm_it_asks_to_come_again(client: httpx.AsyncClient) -> None:
    answer = await client.post("/speech", json=asking())

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["error"]["type"] == "loading"


async def test_each_language_is_ready_with_its_own_voice(
    client: httpx.AsyncClient, english: Notes, french: Notes
) -> None:
    asked = Event()

    def late() -> Notes:
        assert asked.wait(5)
        return french

    speaking = Speaking({"en": lambda: english, "fr": late})
    english.may_go_on.set()
    app = Starlette(routes=[Route("/speech", speaking.speak, methods=["POST"])])
    here = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=here, base_url="http://ai") as http:
        async with asyncio.TaskGroup() as group:
            group.create_task(speaking.warm_up())
            while not english.said:
                await asyncio.sleep(0.01)
            early = await http.post("/speech", json=asking())
            asked.set()
        later = await http.post("/speech", json=asking())

    assert (early.status_code, later.status_code) == (503, 200)


async def test_sentences_are_spoken_in_their_order_and_language(
    client: httpx.AsyncClient, speaking: Speaking, english: Notes, french: Notes
) -> None:
    await speaking.warm_up()

    answer = await client.post("/speech", json=asking(speed=2))

    assert answer.headers["Content-Type"] == "audio/pcm"
    assert answer.content == b"\2\2\2\2\3\3\3\3"
    assert french.said[1:] == [("Oui.", 2.0), ("Non.", 2.0)]
    assert len(english.said) == 1


async def test_a_sentence_is_sent_before_the_next_one_is_spoken(
    speaking: Speaking, english: Notes
) -> None:
    await speaking.warm_up()
    asked = json.dumps(asking(input="How? Yes.")).encode()
    coming = [{"type": "http.request", "body": asked}]
    sent: list[bytes] = []

    async def receive() -> Any:
        if not coming:
            await asyncio.Event().wait()  # the listener stays
        return coming.pop()

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))
        if sent[-1]:
            english.may_go_on.set()

    app = Starlette(routes=[Route("/speech", speaking.speak, methods=["POST"])])
    await app({"type": "http", "method": "POST", "path": "/speech", "headers": []}, receive, send)

    assert [one for one in sent if one] == [b"\2\2\2\2", b"\3\3\3\3"]


async def test_a_wav_says_what_it_is(client: httpx.AsyncClient, speaking: Speaking) -> None:
    await speaking.warm_up()

    answer = await client.post("/speech", json=asking(response_format="wav"))

    assert answer.headers["Content-Type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 24_000)
        assert sound.readframes(9) == b"\2\2\2\2\3\3\3\3"


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"response_format": "mp3"}, "response_format"),
        ({"response_format": None}, "response_format"),
        ({"input": "  "}, "input"),
        ({"input": 7}, "input"),
        ({"input": "a" * 4097}, "input"),
        ({"voice": {"id": "x"}}, "voice"),
        ({"speed": 5}, "speed"),
        ({"speed": "fast"}, "speed"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    client: httpx.AsyncClient, changed: dict[str, Any], param: str
) -> None:
    answer = await client.post("/speech", json=asking(**changed))

    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", param)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{"])
async def test_a_body_that_is_no_object_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/speech", content=body)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "body")

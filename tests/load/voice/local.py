"""A whole turn with the local AI, split by part. Only where that is installed."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from statistics import median
from typing import Final

import httpx

from contactflow.testing.ports import free_port
from contactflow.voice.session.ports import Latency
from services.voice.tests.session.caller import Caller, calling
from services.voice.tests.session.voices import FOLDER
from tests.load.voice.process import Server
from tools.local_ai.__main__ import PLACE
from tools.local_ai.install import is_installed
from tools.local_ai.weights import EARS, MOUTH

ASKS: Final = ("opening_hours", "parking") * 4
SLOWEST_S: Final = 60.0
LOADS_S: Final = 180.0
BREATH_S: Final = 1.0
"""Between the sentences of an answer, at most."""
PARTS: Final[dict[str, Callable[[Latency], float | None]]] = {
    "end of turn": lambda one: one.end_of_speech,
    "in it, speech to text": lambda one: one.speech_to_text,
    "first token": lambda one: one.first_token,
    "first sentence": lambda one: one.first_sentence,
    "first audio": lambda one: one.first_audio,
    "all": lambda one: one.total,
}


async def measure() -> list[Latency] | None:
    """The answers of one call but the first, which warms up; None without the local AI."""
    if not is_installed(PLACE):
        return None
    async with _local_ai() as ai_url, Server.started("local", ai_url) as server:
        async with calling(server.url, "CA1") as caller:
            await caller.answered()
            for name in ASKS:
                await _ask(caller, name)
            await caller.hang_up()
        answers, _ = await server.over()
    return answers[1:]


async def _ask(caller: Caller, name: str) -> None:
    caller.say(name)
    await caller.hears_silence(SLOWEST_S)
    await caller.hears_voice(SLOWEST_S)
    await caller.hears_silence(SLOWEST_S)
    await asyncio.sleep(BREATH_S)
    await caller.hears_silence(SLOWEST_S)


@asynccontextmanager
async def _local_ai() -> AsyncIterator[str]:
    """All of it loaded: its voices and its ears come after its language model."""
    port = free_port()
    args = ("-m", "tools.local_ai", "serve", "--port", str(port))
    process = await asyncio.create_subprocess_exec(sys.executable, *args, stdout=DEVNULL)
    url = f"http://127.0.0.1:{port}/v1"
    try:
        async with httpx.AsyncClient(timeout=LOADS_S) as http, asyncio.timeout(LOADS_S):
            while not await _speaks_and_hears(http, url):
                await asyncio.sleep(0.5)
        yield url
    finally:
        process.terminate()
        await process.wait()


async def _speaks_and_hears(http: httpx.AsyncClient, url: str) -> bool:
    speech = {"model": MOUTH, "voice": "alloy", "input": "Hello.", "response_format": "pcm"}
    spoken = {"file": ("question.wav", (FOLDER / "parking.wav").read_bytes())}
    try:
        said = await http.post(f"{url}/audio/speech", json=speech)
        heard = await http.post(f"{url}/audio/transcriptions", data={"model": EARS}, files=spoken)
    except httpx.TransportError:
        return False
    return said.is_success and heard.is_success


def table(answers: Sequence[Latency] | None) -> Iterator[str]:
    """In Markdown; one line where there is nothing to measure."""
    if answers is None:
        yield "No turn with the local AI: first, python -m tools.local_ai install."
        return
    yield f"| {len(answers)} answers | {' | '.join(PARTS)} |"
    yield f"|---|{'---:|' * len(PARTS)}"
    known = [[ms for one in answers if (ms := part(one)) is not None] for part in PARTS.values()]
    yield f"| p50 | {' | '.join(f'{median(ms) / 1000:.2f} s' for ms in known if ms)} |"
    yield f"| max | {' | '.join(f'{max(ms) / 1000:.2f} s' for ms in known if ms)} |"

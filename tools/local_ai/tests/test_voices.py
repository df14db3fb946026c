"""What the local AI says it also understands. Run by `make test-ai`."""

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from openai import AsyncOpenAI

from contactflow.testing.ports import free_port
from tools.local_ai.speaking import wav

pytestmark = pytest.mark.local_ai

ROOT = Path(__file__).parents[3]
SPOKEN = [
    ("en", "What time do you open on Saturday?", {"time", "open", "saturday"}),
    ("en", "Yes, you may record this call.", {"yes", "record", "call"}),
    ("fr", "À quelle heure ouvrez-vous le samedi ?", {"heure", "ouvrez", "samedi"}),
    ("fr", "Je voudrais parler à une personne.", {"voudrais", "parler", "personne"}),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "tools.local_ai", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT) as server:
        try:
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()


@pytest.fixture
async def ai(url: str) -> AsyncIterator[AsyncOpenAI]:
    """As any client: it comes again while nobody listens, or a model is still loading."""
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=200) as client:
        yield client


@pytest.mark.parametrize(("language", "text", "words"), SPOKEN)
async def test_what_is_spoken_is_understood(
    ai: AsyncOpenAI, language: str, text: str, words: set[str]
) -> None:
    spoken = await ai.audio.speech.create(
        input=text, model="tts-1", voice="alloy", response_format="wav"
    )

    heard = await ai.audio.transcriptions.create(
        file=("said.wav", spoken.content), model="whisper-1", language=language
    )

    found = {word.strip(".,!?").lower() for word in heard.text.replace("-", " ").split()}
    assert words <= found


async def test_silence_is_no_words(ai: AsyncOpenAI) -> None:
    heard = await ai.audio.transcriptions.create(
        file=("said.wav", wav(bytes(96_000))), model="whisper-1", language="en"
    )

    assert heard.text == ""


async def test_speech_comes_sentence_by_sentence(ai: AsyncOpenAI) -> None:
    text = "We open at half past eight. " * 4
    begun = time.monotonic()

    async with ai.audio.speech.with_streaming_response.create(
        input=text, model="tts-1", voice="alloy", response_format="pcm"
    ) as spoken:
        times = [time.monotonic() - begun async for _ in spoken.iter_bytes(4_800)]

    assert len(times) > 40  # 0.1 s each
    assert times[0] < times[-1] / 2

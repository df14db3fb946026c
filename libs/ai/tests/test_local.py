"""The local model passes the suite that the scripted one passes. Run by `make test-ai`."""

import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from contactflow.ai import Assistant, Budget, Endpoint, Message, OpenAIModel, System, User
from libs.ai.tests.suite import LanguageModelSuite, text_of
from tools.local_ai import receptionist

pytestmark = pytest.mark.local_ai

ROOT = Path(__file__).parents[3]
BUDGET = Budget(first_token=120, total=180, tokens=100)


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, "the local AI ended early"
        try:
            if httpx2.get(f"{url}/readyz").is_success:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError


@pytest.fixture(scope="module")
def local_ai() -> Iterator[str]:
    port = a_free_port()
    command = [sys.executable, "-m", "tools.local_ai", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT) as server:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()


@pytest.fixture
async def model(local_ai: str) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel(Endpoint(local_ai, "none", "local", temperature=0))
    yield model
    await model.aclose()


class TestLocal(LanguageModelSuite):
    @pytest.fixture
    def model(self, model: OpenAIModel) -> OpenAIModel:
        return model


ENGLISH = [
    "What time do you open?",
    "What are your opening hours?",
    "Hi! When are you open on Saturday?",
    "Hello, could you tell me your opening hours please?",
]
FRENCH = [
    "À quelle heure ouvrez-vous ?",
    "Quels sont vos horaires ?",
    "c'est quoi vos horaires svp",
    "Bonjour, pourriez-vous me donner vos horaires d'ouverture ?",
]
HELLO = Assistant("Hello, I am an AI assistant.")
BONJOUR = Assistant("Bonjour, je suis un assistant IA.")


@pytest.mark.parametrize("question", ENGLISH)
async def test_an_opening_hour_is_told_in_english(model: OpenAIModel, question: str) -> None:
    told: list[Message] = [System(receptionist.ENGLISH), HELLO, User(question)]

    answer = text_of([one async for one in model.stream(told, budget=BUDGET)])

    assert receptionist.OPENS in answer


@pytest.mark.parametrize("question", FRENCH)
async def test_an_opening_hour_is_told_in_french(model: OpenAIModel, question: str) -> None:
    told: list[Message] = [System(receptionist.FRENCH), BONJOUR, User(question)]

    answer = text_of([one async for one in model.stream(told, budget=BUDGET)])

    assert receptionist.OPENS_FR in answer

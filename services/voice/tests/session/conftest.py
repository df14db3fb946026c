"""Somewhere to call."""

from collections.abc import AsyncIterator, Iterator

import pytest

from contactflow.testing.ai import ScriptedAI, scripted_ai
from services.voice.tests.session.house import House, a_house


@pytest.fixture(scope="session")
def running_ai() -> Iterator[ScriptedAI]:
    with scripted_ai() as ai:
        yield ai


@pytest.fixture
def ai(running_ai: ScriptedAI) -> ScriptedAI:
    running_ai.reset()
    return running_ai


@pytest.fixture
async def house(ai: ScriptedAI) -> AsyncIterator[House]:
    async with a_house(ai) as house:
        yield house

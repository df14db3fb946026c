"""Somewhere to call."""

from collections.abc import AsyncIterator

import pytest

from contactflow.testing.ai import ScriptedAI
from services.voice.tests.session.house import House, a_house


@pytest.fixture
async def house(ai: ScriptedAI) -> AsyncIterator[House]:
    async with a_house(ai) as house:
        yield house

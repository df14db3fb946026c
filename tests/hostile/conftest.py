"""The house of the other end-to-end tests, and two strangers in it."""

from collections.abc import AsyncIterator

import pytest

from contactflow.testing.ai import ScriptedAI
from tests.e2e.conftest import ai, house, kafka, model, nursery
from tests.e2e.house import House
from tests.e2e.people import a_business
from tests.hostile.estate import Estate, a_carrier_account, a_key, a_request, an_estate

__all__ = ["ai", "house", "kafka", "model", "nursery"]


@pytest.fixture(scope="session")
async def victim(house: House, model: ScriptedAI) -> AsyncIterator[Estate]:
    """A workspace with one of everything."""
    model.reset()
    async with a_business(house.gateway) as business:
        yield await an_estate(house, business, model)


@pytest.fixture(scope="session")
async def stranger(house: House) -> AsyncIterator[Estate]:
    """Another one, whose owner has what it takes to ask for the first one's."""
    async with a_business(house.gateway) as business:
        estate = Estate(business)
        estate.has(business.agent, business.channel, await a_key(business.http, "agents:read"))
        await a_carrier_account(estate)
        await a_request(estate, "nobody@example.com")
        yield estate

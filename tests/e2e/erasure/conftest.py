"""One business for all erasures: each is of somebody of their own."""

from collections.abc import AsyncIterator

import pytest

from contactflow.testing.ai import ScriptedAI
from tests.e2e.erasure.rights import Known, Officer, an_address, somebody_known
from tests.e2e.house import House
from tests.e2e.people import Business, a_business


@pytest.fixture(scope="session")
async def firm(house: House) -> AsyncIterator[Business]:
    """Signing up is limited, so nobody does it for every test."""
    async with a_business(house.gateway) as firm:
        yield firm


@pytest.fixture
async def business(firm: Business, ai: ScriptedAI) -> Business:
    """As elsewhere, and shared."""
    return firm


@pytest.fixture
def officer(business: Business) -> Officer:
    """Its owner."""
    return Officer(business.http)


@pytest.fixture
async def known(business: Business) -> Known:
    """Somebody who has written."""
    return await somebody_known(business, an_address())

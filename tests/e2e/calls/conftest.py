"""One business for all calls, with a number and a carrier."""

from collections.abc import AsyncIterator

import pytest

from contactflow.testing.ai import ScriptedAI
from tests.e2e.erasure.rights import Officer
from tests.e2e.house import House
from tests.e2e.people import Business, a_business
from tests.e2e.phones import Line, a_carrier, a_number_of
from tools.phone.account import Number


@pytest.fixture(scope="session")
async def firm(house: House) -> AsyncIterator[Business]:
    """Signing up is limited, so nobody does it for every test."""
    async with a_business(house.gateway) as firm:
        yield firm


@pytest.fixture(scope="session")
async def number(firm: Business, model: ScriptedAI) -> Number:
    """Making what is said at it takes a while."""
    return await a_number_of(firm, model)


@pytest.fixture
async def line(house: House, firm: Business, number: Number, ai: ScriptedAI) -> AsyncIterator[Line]:
    """Whoever calls can be answered."""
    async with a_carrier(house) as board:
        yield Line(firm, board, number)


@pytest.fixture
def officer(firm: Business) -> Officer:
    """Its owner."""
    return Officer(firm.http)

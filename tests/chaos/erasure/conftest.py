"""People to be erased in a house whose processes die where they are told to."""

from collections.abc import AsyncIterator

import pytest

from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.testing.ai import ScriptedAI
from contactflow.testing.waiting import until
from tests.chaos.erasure.desk import Insisting
from tests.chaos.erasure.erasure import Erasure, begun
from tests.chaos.erasure.hearing import are_heard
from tests.chaos.erasure.lives import Life, a_customer, an_account_holder
from tests.chaos.failpoints import Failpoints
from tests.e2e.erasure.lives import an_officer_of_the_platform
from tests.e2e.house import House
from tests.e2e.people import Business, a_business


@pytest.fixture
def house(mortals: House, failpoints: Failpoints, ai: ScriptedAI) -> House:
    """Nobody is dead when the next test begins."""
    return mortals


@pytest.fixture(scope="session")
async def firm(mortals: House) -> AsyncIterator[Business]:
    """A business, whose owner decides about its customers."""
    async with a_business(mortals.gateway) as firm:
        yield firm


@pytest.fixture(scope="session")
def officer(firm: Business) -> Insisting:
    """That owner."""
    return Insisting(firm.http)


@pytest.fixture(scope="session")
async def olga(mortals: House) -> AsyncIterator[Insisting]:
    """Decides about the account holders of the installation."""
    async with an_officer_of_the_platform(mortals) as olga:
        yield Insisting(olga.http, olga.headers)


@pytest.fixture(scope="session")
async def erasures(
    mortals: House, officer: Insisting, olga: Insisting
) -> AsyncIterator[list[Erasure]]:
    """All that there were: when nobody has anything to do any more, they still are as they were."""
    erasures: list[Erasure] = []
    yield erasures
    await until(lambda: are_heard(mortals), longest=30)
    for erasure in erasures:
        await until(erasure.is_forgotten, longest=30)
        await erasure.is_once()


@pytest.fixture
async def customer(house: House, firm: Business) -> Life:
    """In chat, crm and voice."""
    return await a_customer(house, firm)


@pytest.fixture
async def holder(house: House) -> Life:
    """In gateway."""
    return await an_account_holder(house, PLATFORM_WORKSPACE_ID)


@pytest.fixture
async def theirs(customer: Life, officer: Insisting, erasures: list[Erasure]) -> Erasure:
    """The customer's erasure, ready to be approved."""
    erasures.append(await begun(officer, customer))
    await erasures[-1].previewed()
    return erasures[-1]


@pytest.fixture
async def holders(holder: Life, olga: Insisting, erasures: list[Erasure]) -> Erasure:
    """The account holder's, as above."""
    erasures.append(await begun(olga, holder))
    await erasures[-1].previewed()
    return erasures[-1]

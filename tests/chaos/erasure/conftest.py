"""A house whose processes die where they are told to, and people to be erased in it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.testing.ai import ScriptedAI
from contactflow.testing.plugin import a_broker
from contactflow.testing.postgres import PostgresServer
from contactflow.testing.waiting import until
from tests.chaos.erasure.desk import Insisting
from tests.chaos.erasure.erasure import Erasure, begun
from tests.chaos.erasure.failpoints import Failpoints
from tests.chaos.erasure.hearing import are_heard
from tests.chaos.erasure.lives import Life, a_customer, an_account_holder
from tests.chaos.erasure.reviving import knowing
from tests.chaos.faults import mended
from tests.e2e.erasure.lives import an_officer_of_the_platform
from tests.e2e.house import House, a_house
from tests.e2e.nursery import Nursery
from tests.e2e.people import Business, a_business

MORTAL = "tests.chaos.erasure.mortal"


@pytest.fixture(scope="session")
def armoury(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where failpoints are armed."""
    return tmp_path_factory.mktemp("failpoints")


@pytest.fixture(scope="session")
async def mortals(
    tmp_path_factory: pytest.TempPathFactory,
    own_postgres: PostgresServer,
    cache: Path,
    model: ScriptedAI,
    nursery: Nursery,
    armoury: Path,
) -> AsyncIterator[House]:
    """Every service, in a build that is right in everything and dies at a failpoint."""
    spawning, folder = knowing(nursery.spawn, armoury), tmp_path_factory.mktemp("mortals")
    with a_broker(cache) as broker:
        async with a_house(
            folder, own_postgres, broker, model, spawning=spawning, build=MORTAL
        ) as house:
            yield house


@pytest.fixture
async def house(mortals: House, ai: ScriptedAI) -> AsyncIterator[House]:
    """Nobody is dead when the next test begins."""
    yield mortals
    await mended(mortals)


@pytest.fixture
def failpoints(house: House, armoury: Path) -> Iterator[Failpoints]:
    """None is armed before and after a test."""
    failpoints = Failpoints(armoury)
    yield failpoints
    failpoints.disarm()


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

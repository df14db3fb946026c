"""One house for all tests here: six processes, started once."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from contactflow.testing.ai import ScriptedAI, scripted_ai
from contactflow.testing.kafka import OwnBroker
from contactflow.testing.plugin import a_broker
from contactflow.testing.postgres import PostgresServer
from tests.e2e.house import House, a_house
from tests.e2e.nursery import Nursery, a_nursery
from tests.e2e.people import Business, a_business


@pytest.fixture(scope="session")
def kafka(cache: Path) -> Iterator[OwnBroker]:
    """A Kafka whose every record is ours."""
    with a_broker(cache) as broker:
        yield broker


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedAI]:
    """The language model of the house."""
    with scripted_ai() as ai:
        yield ai


@pytest.fixture
def ai(model: ScriptedAI) -> ScriptedAI:
    """Says what the test planned, else that it is happy to help."""
    model.reset()
    return model


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """What is started, or was killed, is there at once."""
    with a_nursery() as nursery:
        yield nursery


@pytest.fixture(scope="session")
async def house(
    tmp_path_factory: pytest.TempPathFactory,
    own_postgres: PostgresServer,
    kafka: OwnBroker,
    model: ScriptedAI,
    nursery: Nursery,
) -> AsyncIterator[House]:
    """Everything, up and ready."""
    folder = tmp_path_factory.mktemp("house")
    async with a_house(folder, own_postgres, kafka, model, spawning=nursery.spawn) as house:
        yield house


@pytest.fixture
async def business(house: House, ai: ScriptedAI) -> AsyncIterator[Business]:
    """A workspace of the test's own."""
    async with a_business(house.gateway) as business:
        yield business

"""A database of messaging's own, on a cluster of its own, and a way to Kafka."""

from collections.abc import AsyncIterator

import pytest

from contactflow.kernel import new_id
from contactflow.messaging import Kafka
from contactflow.persistence import Works
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.kafka import Broker
from contactflow.testing.postgres import PostgresServer
from libs.messaging.tests import effects, ledger  # noqa: F401  they register their tables
from libs.messaging.tests.members import member
from libs.messaging.tests.sent import drained

__all__ = ["member"]

SERVICE = "ticking"


@pytest.fixture(scope="session")
async def stores(own_postgres: PostgresServer) -> AsyncIterator[Engines]:
    async with fresh_database(own_postgres, SERVICE, pool_size=20) as engines:
        yield engines


@pytest.fixture
def works(stores: Engines) -> Works:
    return Works(stores.app)


@pytest.fixture
def system(stores: Engines) -> Works:
    return Works(stores.system)


@pytest.fixture(scope="session")
async def ticks(broker: Broker) -> str:
    await broker.topic(ledger.TICKS)
    return ledger.TICKS.name


@pytest.fixture
async def topic(broker: Broker) -> str:
    """A topic of this test alone; so is the group of that name."""
    name = f"test.{new_id().hex}"
    await broker.topic(name, partitions=4)
    return name


@pytest.fixture
async def kafka(broker: Broker) -> AsyncIterator[Kafka]:
    kafka = Kafka(broker.bootstrap)
    yield kafka
    await kafka.close()


@pytest.fixture
async def empty(stores: Engines) -> None:
    """Nothing waits in the outbox."""
    await drained(stores)

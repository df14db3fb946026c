"""One house for all faults, whose processes are forked from a parent; two businesses in it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, suppress

import pytest

from contactflow.testing.ai import ScriptedAI
from contactflow.testing.disks import Disk, a_disk
from contactflow.testing.errors import ServerError
from contactflow.testing.kafka import OwnBroker
from contactflow.testing.plugin import a_postgres
from contactflow.testing.postgres import PostgresServer
from tests.chaos.faults import mended
from tests.e2e.conftest import ai, kafka, model, nursery
from tests.e2e.house import House, a_house
from tests.e2e.nursery import Nursery
from tests.e2e.people import Business, a_business

__all__ = ["ai", "kafka", "model", "nursery"]


@pytest.fixture(scope="session")
def small_disk() -> Iterator[Disk | None]:
    """What PostgreSQL's data lie on; none of its own where that is not allowed."""
    with ExitStack() as stack:
        disk = None
        with suppress(ServerError):
            disk = stack.enter_context(a_disk())
        yield disk


@pytest.fixture(scope="session")
def lasting_postgres(small_disk: Disk | None) -> Iterator[PostgresServer]:
    """What it has acknowledged is there after a crash."""
    folder = small_disk.folder if small_disk else None
    with a_postgres(durable=True, within=folder) as server:
        yield server


@pytest.fixture(scope="session")
async def whole_house(
    tmp_path_factory: pytest.TempPathFactory,
    lasting_postgres: PostgresServer,
    kafka: OwnBroker,
    model: ScriptedAI,
    nursery: Nursery,
) -> AsyncIterator[House]:
    """Everything, up and ready."""
    folder = tmp_path_factory.mktemp("house")
    async with a_house(folder, lasting_postgres, kafka, model, spawning=nursery.spawn) as house:
        yield house


@pytest.fixture(scope="session")
async def businesses(whole_house: House) -> AsyncIterator[tuple[Business, Business]]:
    """Two that have nothing to do with each other."""
    gateway = whole_house.gateway
    async with a_business(gateway) as nord, a_business(gateway, name="Sue") as sued:
        yield nord, sued


@pytest.fixture
async def house(
    whole_house: House, ai: ScriptedAI, small_disk: Disk | None
) -> AsyncIterator[House]:
    """Whatever a test broke is whole again for the next one."""
    yield whole_house
    if small_disk:
        small_disk.make_room()
    await mended(whole_house)

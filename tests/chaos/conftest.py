"""A house for all faults, and one whose processes die where they are told to.

Their processes are forked from a parent.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from contactflow.testing.ai import ScriptedAI
from contactflow.testing.disks import Disk, a_disk
from contactflow.testing.errors import ServerError
from contactflow.testing.kafka import OwnBroker
from contactflow.testing.plugin import a_broker, a_postgres
from contactflow.testing.postgres import PostgresServer
from tests.chaos.failpoints import Failpoints
from tests.chaos.faults import mended
from tests.chaos.reviving import knowing
from tests.e2e.conftest import ai, model, nursery
from tests.e2e.house import House, a_house
from tests.e2e.nursery import Nursery
from tests.e2e.people import Business, a_business

__all__ = ["ai", "model", "nursery"]

MORTAL = "tests.chaos.mortal"


@dataclass(frozen=True)
class Disks:
    """What the data of PostgreSQL and of Kafka lie on."""

    postgres: Disk
    kafka: Disk


@pytest.fixture(scope="session")
def disks() -> Iterator[Disks | None]:
    """None where only root may mount one."""
    with ExitStack() as stack:
        disks = None
        with suppress(ServerError):
            disks = Disks(stack.enter_context(a_disk()), stack.enter_context(a_disk()))
        yield disks


@pytest.fixture(scope="session")
def lasting_postgres(disks: Disks | None) -> Iterator[PostgresServer]:
    """What it has acknowledged is there after a crash."""
    folder = disks.postgres.folder if disks else None
    with a_postgres(durable=True, within=folder) as server:
        yield server


@pytest.fixture(scope="session")
def kafka(cache: Path, disks: Disks | None) -> Iterator[OwnBroker]:
    """A Kafka whose every record is ours."""
    with a_broker(cache, within=disks.kafka.folder if disks else None) as broker:
        yield broker


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
async def house(whole_house: House, ai: ScriptedAI, disks: Disks | None) -> AsyncIterator[House]:
    """Whatever a test broke is whole again for the next one."""
    yield whole_house
    if disks:
        disks.postgres.make_room()
        disks.kafka.make_room()
    await mended(whole_house)


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
async def failpoints(mortals: House, armoury: Path) -> AsyncIterator[Failpoints]:
    """None is armed before and after a test, and nobody is dead when the next one begins."""
    failpoints = Failpoints(armoury)
    yield failpoints
    failpoints.disarm()
    await mended(mortals)

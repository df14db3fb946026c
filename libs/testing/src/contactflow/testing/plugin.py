"""The pytest plugin: real servers that start when a test first asks, and what every suite needs."""

import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from contactflow.kernel import new_id
from contactflow.testing.clock import NOON, FakeClock
from contactflow.testing.disks import Disk, a_disk
from contactflow.testing.errors import ServerError
from contactflow.testing.kafka import Broker, OwnBroker
from contactflow.testing.kafka_server import KafkaServer, kit
from contactflow.testing.leaks import Leaks
from contactflow.testing.metrics import Measured
from contactflow.testing.ports import free_port
from contactflow.testing.postgres import Postgres, PostgresServer
from contactflow.testing.settings import home
from contactflow.testing.traces import Traced

PASSWORD = "only-for-tests"  # noqa: S105  of a server that lives as long as the tests


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make test` starts servers once for all suites and says where."""
    group = parser.getgroup("contactflow")
    group.addoption("--postgres", help="URL of the administrator of a running PostgreSQL")
    group.addoption("--kafka", help="host:port of a running Kafka")


def pytest_configure() -> None:
    """A run that is terminated stops its servers, as one that is interrupted does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextmanager
def a_postgres(*, durable: bool = False, within: Path | None = None) -> Iterator[PostgresServer]:
    """A PostgreSQL of one's own, gone at the end; its data is `within` a folder.

    One that is to be killed has to be `durable`: the others acknowledge what a crash forgets.
    """
    with tempfile.TemporaryDirectory(
        prefix="contactflow-", dir=within, ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)  # its user has to get in
        server = PostgresServer(Path(folder) / "pg", free_port(), PASSWORD, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def a_broker(cache: Path, *, within: Path | None = None) -> Iterator[OwnBroker]:
    """A Kafka of one's own, gone at the end; its data is `within` a folder.

    Its jars are in the cache folder.
    """
    with tempfile.TemporaryDirectory(
        prefix="contactflow-", dir=within, ignore_cleanup_errors=True
    ) as folder:
        server = KafkaServer(kit(cache / "kafka"), Path(folder), free_port(), free_port())
        broker = OwnBroker(server)
        try:
            broker.start_now()
            yield broker
        finally:
            broker.stop_now(signal.SIGKILL)


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A disk of this test alone, which can be full."""
    try:
        with a_disk() as disk:
            yield disk
    except ServerError as refused:
        pytest.skip(str(refused))


@pytest.fixture
def measured() -> Measured:
    """What this process tells Prometheus, from here on."""
    return Measured()


@pytest.fixture
def traced() -> Traced:
    """What this process tells a collector of traces, from here on."""
    return Traced()


@pytest.fixture(scope="session")
def cache(pytestconfig: pytest.Config) -> Path:
    """Where what was fetched is kept."""
    return home(pytestconfig.rootpath)


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[Postgres]:
    """A cluster that suites share: take a database of your own with `fresh_database`."""
    if url := pytestconfig.getoption("--postgres"):
        yield Postgres(url)
        return
    with a_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def own_postgres() -> Iterator[PostgresServer]:
    """A cluster of this suite alone: no transaction of others holds up the relay's horizon."""
    with a_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def broker(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Iterator[Broker]:
    """A Kafka that suites share: name topics and groups of your own. Nobody stops it."""
    if bootstrap := pytestconfig.getoption("--kafka"):
        yield Broker(bootstrap)
        return
    with a_broker(request.getfixturevalue("cache")) as own:
        yield own


@pytest.fixture(scope="session")
def _stoppable(cache: Path) -> Iterator[OwnBroker]:
    with a_broker(cache) as broker:
        yield broker


@pytest.fixture
async def own_broker(_stoppable: OwnBroker) -> OwnBroker:
    """A Kafka that a test may stop and start; it runs when the test begins."""
    await _stoppable.start()
    return _stoppable


@pytest.fixture
def workspace_id() -> UUID:
    """A workspace nobody has used."""
    return new_id()


@pytest.fixture
def other_workspace_id() -> UUID:
    """Somebody else's."""
    return new_id()


@pytest.fixture
def at() -> datetime:
    """A fixed moment."""
    return NOON


@pytest.fixture
def clock() -> FakeClock:
    """Stands still at `at` until told otherwise."""
    return FakeClock()


@pytest.fixture(autouse=True)
async def _no_leaked_tasks() -> AsyncIterator[None]:
    leaks = Leaks()
    yield
    await leaks.none()

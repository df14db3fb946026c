"""The gateway on a migrated database, with a fake clock."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

import contactflow.gateway.worker  # noqa: F401  registers every table
from contactflow.gateway.access.doorman import Doorman
from contactflow.gateway.app import routes
from contactflow.gateway.sessions.cookies import Cookies
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.mail import MailServer, a_mail_server
from contactflow.testing.postgres import Postgres
from contactflow.testing.tokens import Callers
from contactflow.testing.works import FaultyWorks
from contactflow.vault import RootKey, Vault
from services.gateway.tests.people import PAGE, Browser, a_browser, signed_up
from services.gateway.tests.post import Post


@pytest.fixture(scope="session")
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "gateway", "migrations") as engines:
        yield engines


@pytest.fixture
def vault(clock: FakeClock) -> Vault:
    return Vault(RootKey(bytes(32)), {1: b"index"}, clock)


@pytest.fixture
async def works(engines: Engines, vault: Vault) -> FaultyWorks:
    works = Works(engines.app, prepare=vault.unlock)
    await works.run(PLATFORM_WORKSPACE_ID, vault.create_key)
    return FaultyWorks(works)


@pytest.fixture
async def work(works: FaultyWorks, workspace_id: UUID) -> AsyncIterator[Work]:
    async with works.begin(workspace_id) as work:
        yield work


@pytest.fixture
def system(engines: Engines) -> Works:
    return Works(engines.system)


@pytest.fixture
def doorman(system: Works, clock: FakeClock) -> Doorman:
    return Doorman(system, Cookies(None), clock)


@pytest.fixture
def callers(clock: FakeClock) -> Callers:
    return Callers("gateway", clock)


@pytest.fixture
def app(doorman: Doorman, works: FaultyWorks, clock: FakeClock, callers: Callers) -> FastAPI:
    return routes(doorman, works=works, clock=clock, verifier=callers.verifier)


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Somebody without credentials."""
    transport = ASGITransport(app, raise_app_exceptions=False, client=(a_browser(), 443))
    async with AsyncClient(transport=transport, base_url=PAGE) as client:
        yield client


@pytest.fixture
async def ada(http: AsyncClient) -> Browser:
    """Somebody who has just signed up, in her browser."""
    return await signed_up(http)


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    with a_mail_server(tmp_path / "mail") as server:
        yield server


@pytest.fixture
async def post(
    works: FaultyWorks, system: Works, engines: Engines, clock: FakeClock, mail_server: MailServer
) -> Post:
    """The worker that sends e-mails; nothing of other tests is left for it to do."""
    await forget_jobs(engines)
    return Post(works, system, engines, clock, mail_server)


async def forget_jobs(engines: Engines) -> None:
    async with engines.system.begin() as connection:
        await connection.execute(text("DELETE FROM jobs"))

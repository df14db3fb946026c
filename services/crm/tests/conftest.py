"""crm on a migrated database, with a fake clock and a fake chat."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

import contactflow.crm.worker  # noqa: F401  registers every table
from contactflow.crm.app import routes
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres
from contactflow.testing.tokens import Callers
from contactflow.testing.works import FaultyWorks
from contactflow.vault import RootKey, Vault
from services.crm.tests.fakes import FakeChat

SCOPES = ("contacts:read", "contacts:write", "timeline:read")


@pytest.fixture(scope="session")
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "crm", "migrations") as engines:
        yield engines


@pytest.fixture
def vault(clock: FakeClock) -> Vault:
    return Vault(RootKey(bytes(32)), {1: b"index"}, clock)


@pytest.fixture
async def works(
    engines: Engines, vault: Vault, workspace_id: UUID, other_workspace_id: UUID
) -> FaultyWorks:
    works = Works(engines.app, prepare=vault.unlock)
    for workspace in (workspace_id, other_workspace_id):
        await works.run(workspace, vault.create_key)
    return FaultyWorks(works)


@pytest.fixture
async def work(works: Works, workspace_id: UUID) -> AsyncIterator[Work]:
    async with works.begin(workspace_id) as work:
        yield work


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


@pytest.fixture
def callers(clock: FakeClock) -> Callers:
    return Callers("crm", clock)


@pytest.fixture
def app(works: FaultyWorks, clock: FakeClock, callers: Callers, chat: FakeChat) -> FastAPI:
    return routes(works=works, clock=clock, verifier=callers.verifier, chat=chat)


@pytest.fixture
async def http(app: FastAPI, callers: Callers, workspace_id: UUID) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://crm") as client:
        client.headers.update(callers.user(workspace_id, *SCOPES))
        yield client

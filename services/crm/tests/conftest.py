"""crm on a migrated database, with a fake clock and a fake chat."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from contactflow.crm.app import routes
from contactflow.crm.timeline.queries import Asked
from contactflow.crm.worker import reactions
from contactflow.events import Fact
from contactflow.messaging import react
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres
from contactflow.testing.tokens import Callers
from contactflow.testing.works import FaultyWorks
from contactflow.vault import RootKey, Vault
from services.crm.tests.facts import Conversation
from services.crm.tests.fakes import FakeChat, FakeVoice

Hear = Callable[..., Awaitable[None]]
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
def voice() -> FakeVoice:
    return FakeVoice()


@pytest.fixture
def callers(clock: FakeClock) -> Callers:
    return Callers("crm", clock)


@pytest.fixture
def app(
    works: FaultyWorks, clock: FakeClock, callers: Callers, chat: FakeChat, voice: FakeVoice
) -> FastAPI:
    asked = Asked(chat, voice)
    return routes(works=works, clock=clock, verifier=callers.verifier, asked=asked)


@pytest.fixture
async def http(app: FastAPI, callers: Callers, workspace_id: UUID) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://crm") as client:
        client.headers.update(callers.user(workspace_id, *SCOPES))
        yield client


@pytest.fixture
def hear(works: Works, vault: Vault, chat: FakeChat, voice: FakeVoice) -> Hear:
    """Every reaction of crm to these facts, in their order."""
    known = reactions(vault, chat, voice)

    async def hear(*facts: Fact[Any]) -> None:
        for fact in facts:
            for one in known:
                if isinstance(fact.body, one.event):
                    await react(works, one, fact)

    return hear


@pytest.fixture
def talk(workspace_id: UUID, at: datetime) -> Conversation:
    return Conversation(workspace_id, at)

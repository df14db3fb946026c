"""chat on real PostgreSQL, a conversation, and the people who call."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

import contactflow.chat.worker  # noqa: F401  every table of the service
from contactflow.chat.app import create_app
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.participants import Participant
from contactflow.chat.settings import ChatSettings
from contactflow.kernel import new_id
from contactflow.persistence import Works
from contactflow.runtime import Platform, platform
from contactflow.testing.agents import FakeGateway
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database, known_engine
from contactflow.testing.environment import NOWHERE, environment
from contactflow.testing.parts import running
from contactflow.testing.people import a_person
from contactflow.testing.postgres import Postgres
from contactflow.testing.tokens import Callers
from services.chat.tests.visitors import Visitors


@pytest.fixture
def conversation(at: datetime) -> Conversation:
    """Opened, disclosed, nothing said yet."""
    visitor = Participant.of(a_person(), locale="fr")
    opened = Conversation.open(visitor, channel_id=new_id(), agent_id=new_id(), at=at)
    opened.disclose(at=at)
    return opened


@pytest.fixture(scope="session")
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "chat", "migrations") as engines:
        yield engines


@pytest.fixture
def callers(clock: FakeClock) -> Callers:
    return Callers("chat", clock)


def settings(engines: Engines) -> ChatSettings:
    """As the environment would say it."""
    said = environment(
        engines,
        gateway_url=f"http://{NOWHERE}",
        openai_base_url=f"http://{NOWHERE}/v1",
        openai_api_key="none",
        openai_model="scripted",
    )
    return ChatSettings.model_validate(said)


@pytest.fixture
async def on(
    engines: Engines,
    clock: FakeClock,
    callers: Callers,
    workspace_id: UUID,
    other_workspace_id: UUID,
) -> AsyncIterator[Platform[ChatSettings]]:
    """What an api process stands on; both workspaces have their key."""
    async with platform("chat", settings(engines), clock, known_engine) as made:
        for workspace in (workspace_id, other_workspace_id):
            await made.works.run(workspace, made.vault.create_key)
        yield replace(made, verifier=callers.verifier)


@pytest.fixture
def works(on: Platform[ChatSettings]) -> Works:
    return on.works


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def app(on: Platform[ChatSettings], gateway: FakeGateway) -> FastAPI:
    app = create_app(on)
    app.state.gateway = gateway
    return app


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Nobody in particular."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://chat") as client:
        yield client


STAFF = tuple(
    f"{what}:{how}"
    for what in ("channels", "conversations", "messages")
    for how in ("read", "write")
)


@pytest.fixture
def staff(callers: Callers, workspace_id: UUID) -> dict[str, str]:
    """Headers of somebody of the workspace who may do everything here."""
    return callers.user(workspace_id, *STAFF)


@pytest.fixture
async def visitors(
    http: AsyncClient,
    callers: Callers,
    staff: dict[str, str],
    works: Works,
    workspace_id: UUID,
    gateway: FakeGateway,
) -> Visitors:
    """A channel with a published agent, and whoever comes to it."""
    return await Visitors.welcome(http, callers, staff, works, workspace_id, gateway)


@pytest.fixture
async def announced(on: Platform[ChatSettings]) -> AsyncIterator[None]:
    """What one process commits wakes the others, as in production."""
    async with running(on.changes, on.doorbell):
        yield

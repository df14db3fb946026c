"""voice on real PostgreSQL, and the people who call."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

import contactflow.voice.worker  # noqa: F401  every table of the service
from contactflow.persistence import Works
from contactflow.runtime import Platform, platform
from contactflow.testing.agents import FakeGateway
from contactflow.testing.ai import ScriptedAI, scripted_ai
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database, known_engine
from contactflow.testing.environment import NOWHERE, environment
from contactflow.testing.postgres import Postgres
from contactflow.testing.tokens import Callers
from contactflow.voice.app import described, edge
from contactflow.voice.front import Front
from contactflow.voice.settings import VoiceSettings
from services.voice.tests.switchboard import Switchboard

PUBLIC_URL = "https://voice.example"


@pytest.fixture(scope="session")
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "voice", "migrations") as engines:
        yield engines


@pytest.fixture
def callers(clock: FakeClock) -> Callers:
    return Callers("voice", clock)


def told(engines: Engines) -> dict[str, str]:
    """What the environment of a process says, by the names of its settings."""
    return environment(
        engines,
        gateway_url=f"http://{NOWHERE}",
        crm_url=f"http://{NOWHERE}",
        openai_base_url=f"http://{NOWHERE}/v1",
        openai_api_key="none",
        openai_model="none",
        voice_public_url=PUBLIC_URL,
    )


@pytest.fixture
async def on(
    engines: Engines,
    clock: FakeClock,
    callers: Callers,
    workspace_id: UUID,
    other_workspace_id: UUID,
) -> AsyncIterator[Platform[VoiceSettings]]:
    """What an api process stands on; both workspaces have their key."""
    said = VoiceSettings.model_validate(told(engines))
    async with platform("voice", said, clock, known_engine) as made:
        for workspace in (workspace_id, other_workspace_id):
            await made.works.run(workspace, made.vault.create_key)
        yield replace(made, verifier=callers.verifier)


@pytest.fixture
def works(on: Platform[VoiceSettings]) -> Works:
    return on.works


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def app(on: Platform[VoiceSettings], gateway: FakeGateway) -> FastAPI:
    app = described(on)
    app.state.gateway = gateway
    return app


@pytest.fixture
async def http(on: Platform[VoiceSettings], app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Nobody in particular."""
    whole = Front(app, edge(on).app)
    transport = ASGITransport(whole, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://voice") as client:
        yield client


STAFF = ("channels:read", "channels:write", "calls:read", "transcripts:read", "recordings:read")


@pytest.fixture
def staff(callers: Callers, workspace_id: UUID) -> dict[str, str]:
    """Headers of somebody of the workspace who may do everything here."""
    return callers.user(workspace_id, *STAFF)


@pytest.fixture
async def switchboard(
    http: AsyncClient, staff: dict[str, str], works: Works, workspace_id: UUID, gateway: FakeGateway
) -> Switchboard:
    """A carrier, a published agent, a number."""
    return await Switchboard.install(http, staff, works, workspace_id, gateway)


@pytest.fixture(scope="session")
def running_ai() -> Iterator[ScriptedAI]:
    with scripted_ai() as ai:
        yield ai


@pytest.fixture
def ai(running_ai: ScriptedAI) -> ScriptedAI:
    running_ai.reset()
    return running_ai

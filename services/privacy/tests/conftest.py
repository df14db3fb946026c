"""privacy on real PostgreSQL, with a fake clock."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from joserfc.jwk import OKPKey
from sqlalchemy import text

import contactflow.privacy.worker  # noqa: F401  registers every table
from contactflow.events.workspaces import LegalRole
from contactflow.kernel import encode
from contactflow.persistence import Work, Works
from contactflow.privacy.app import create_app
from contactflow.privacy.settings import PrivacySettings
from contactflow.privacy.workspaces.repository import keep
from contactflow.runtime import Platform, platform
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database, known_engine
from contactflow.testing.environment import NOWHERE, environment
from contactflow.testing.postgres import Postgres
from contactflow.testing.tokens import Callers
from services.privacy.tests import ways
from services.privacy.tests.erasing.world import World

Store = Callable[..., Awaitable[str]]
"""A request of our workspace, come to a state in the usual way: its id as the API writes it."""
SCOPES = ("rights:read", "rights:write", "rights:decide")


@pytest.fixture(scope="session")
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "privacy", "migrations") as engines:
        yield engines


@pytest.fixture
def callers(clock: FakeClock) -> Callers:
    return Callers("privacy", clock)


def said(engines: Engines, **more: str) -> dict[str, str]:
    """What the environment would say, with keys of its own."""
    nowhere, key = f"http://{NOWHERE}", OKPKey.generate_key("Ed25519")
    neighbours = dict.fromkeys(("gateway_url", "chat_url", "crm_url", "voice_url"), nowhere)
    receipts = json.dumps(key.as_dict(private=True))
    return environment(engines, **neighbours, receipt_key=receipts) | more


def settings(engines: Engines, **more: str) -> PrivacySettings:
    return PrivacySettings.model_validate(said(engines, **more))


@pytest.fixture
async def on(
    engines: Engines,
    clock: FakeClock,
    callers: Callers,
    workspace_id: UUID,
    other_workspace_id: UUID,
) -> AsyncIterator[Platform[PrivacySettings]]:
    """What a process stands on; both workspaces are known and have their key."""
    async with platform("privacy", settings(engines), clock, known_engine) as made:
        for workspace in (workspace_id, other_workspace_id):
            await made.works.run(workspace, made.vault.create_key)
            await made.works.run(workspace, opened)
        yield replace(made, verifier=callers.verifier)


async def opened(work: Work, legal_role: LegalRole = "processor") -> None:
    await keep(work, legal_role=legal_role, locale="en")


@pytest.fixture
def works(on: Platform[PrivacySettings]) -> Works:
    return on.works


@pytest.fixture
async def work(works: Works, workspace_id: UUID) -> AsyncIterator[Work]:
    async with works.begin(workspace_id) as work:
        yield work


@pytest.fixture
def app(on: Platform[PrivacySettings]) -> FastAPI:
    return create_app(on)


@pytest.fixture
async def http(app: FastAPI, callers: Callers, workspace_id: UUID) -> AsyncIterator[AsyncClient]:
    """An officer who may do everything here."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://privacy") as client:
        client.headers.update(callers.user(workspace_id, *SCOPES))
        yield client


@pytest.fixture
def store(works: Works, workspace_id: UUID, at: datetime) -> Store:
    async def store(status: str = "verifying_identity", **more: Any) -> str:
        return encode("rr", await ways.stored(works, workspace_id, at, status=status, **more))

    return store


@pytest.fixture
async def world(on: Platform[PrivacySettings], workspace_id: UUID, clock: FakeClock) -> World:
    """Nothing is due that another test has left."""
    await on.system.run(workspace_id, lambda work: work.rows(text("DELETE FROM jobs")))
    return World(on, workspace_id, clock)

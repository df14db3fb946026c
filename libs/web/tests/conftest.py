"""The notes service on real PostgreSQL."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

import contactflow.web.limits  # noqa: F401  its table
from contactflow.persistence import Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres
from contactflow.testing.tokens import Callers
from contactflow.testing.works import FaultyWorks
from contactflow.web import application
from libs.web.tests.notes import router


@pytest.fixture(scope="session")
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "notes") as engines:
        yield engines


@pytest.fixture
def works(engines: Engines) -> FaultyWorks:
    return FaultyWorks(Works(engines.app))


@pytest.fixture
def callers(clock: FakeClock) -> Callers:
    return Callers("notes", clock)


@pytest.fixture
def app(works: FaultyWorks, clock: FakeClock, callers: Callers) -> FastAPI:
    return application("Notes", [router], works=works, clock=clock, verifier=callers.verifier)


@pytest.fixture
async def http(app: FastAPI, callers: Callers, workspace_id: UUID) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://notes") as client:
        client.headers.update(callers.user(workspace_id, "notes:read", "notes:write"))
        yield client


@pytest.fixture
async def deferred_refusal(engines: Engines) -> None:
    """PostgreSQL refuses this text at the commit, and not before."""
    async with engines.owner.begin() as connection:
        for statement in REFUSAL:
            await connection.execute(text(statement))


REFUSAL = (
    """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF new.text = 'refuse me' THEN RAISE EXCEPTION 'no'; END IF; RETURN NULL; END $$""",
    """CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION refuse()""",
)

"""A database with people in tables of every kind, and a workspace that has its key."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

import contactflow.web.idempotency  # noqa: F401  registers its table
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres
from contactflow.vault import RootKey, Vault
from libs.erasure.tests import things  # noqa: F401  registers its tables


@pytest.fixture(scope="session")
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "erasing") as engines:
        yield engines


@pytest.fixture
def vault(clock: FakeClock) -> Vault:
    return Vault(RootKey(bytes(32)), {1: b"index"}, clock)


@pytest.fixture
async def works(
    engines: Engines, vault: Vault, workspace_id: UUID, other_workspace_id: UUID
) -> Works:
    works = Works(engines.app, prepare=vault.unlock)
    for workspace in (workspace_id, other_workspace_id):
        await works.run(workspace, vault.create_key)
    return works


@pytest.fixture
def system(engines: Engines) -> Works:
    return Works(engines.system)


@pytest.fixture
async def work(works: Works, workspace_id: UUID) -> AsyncIterator[Work]:
    async with works.begin(workspace_id) as work:
        yield work

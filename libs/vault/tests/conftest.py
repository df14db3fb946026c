"""A database with people and notes, and a workspace that has its key."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import pytest

from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres
from contactflow.vault import Person, RootKey, Subjects, Vault
from libs.vault.tests.notes import Note


@pytest.fixture(scope="session")
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "vault") as engines:
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
async def work(works: Works, workspace_id: UUID) -> AsyncIterator[Work]:
    async with works.begin(workspace_id) as work:
        yield work


@pytest.fixture
async def ada(work: Work) -> Person:
    return await Subjects(work).find_or_create([])


@pytest.fixture
async def note(work: Work, ada: Person, at: datetime) -> Note:
    note = Note.write(ada, at, "plain words")
    work.session.add(note)
    await work.session.flush()
    return note

"""How a database comes to its shape, on real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from contactflow.kernel import new_id
from contactflow.persistence import Works
from contactflow.persistence.migrations import migrate
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres

SCRIPTS = Path(__file__).parent / "scripts"
COUNTS = {table: text(f"SELECT count(*) FROM {table}") for table in ("books", "tokens", "mail")}


@pytest.fixture
async def shelves(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "shelves", "nothing") as engines:
        yield engines


async def test_three_who_migrate_at_once_migrate_once(shelves: Engines) -> None:
    await asyncio.gather(*(migrate(shelves.urls.owner, SCRIPTS) for _ in range(3)))

    for engine in (shelves.app, shelves.system):
        async with engine.connect() as connection:
            at = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            assert at == "first"


async def test_a_migration_says_who_sees_what(shelves: Engines) -> None:
    await migrate(shelves.urls.owner, SCRIPTS)
    works, other = Works(shelves.app), new_id()

    async with works.begin(new_id()) as work:
        for table in COUNTS:
            values = {"workspace": work.workspace_id}
            await work.rows(text(f"INSERT INTO {table} VALUES (:workspace)"), values)

    async with works.begin(other) as work:
        seen = {table: (await work.rows(count)).scalar() for table, count in COUNTS.items()}
    assert seen == {"books": 0, "tokens": 1, "mail": 0}
    async with shelves.system.connect() as connection:
        assert await connection.scalar(COUNTS["mail"]) == 1
        assert await connection.scalar(text("SELECT count(*) FROM cursor")) == 0

"""A database with things in it."""

from collections.abc import AsyncIterator

import pytest

from contactflow.persistence import Works
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres
from libs.persistence.tests import things  # noqa: F401  registers the tables


@pytest.fixture(scope="session")
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "things", pool_size=4) as engines:
        yield engines


@pytest.fixture
def works(engines: Engines) -> Works:
    return Works(engines.app)

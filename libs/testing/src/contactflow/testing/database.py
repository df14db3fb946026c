"""A fresh database for a suite, with the roles, policies and tables of a service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contactflow.kernel import new_id
from contactflow.persistence import Base, open_engine
from contactflow.persistence.migrations import migrate
from contactflow.persistence.roles import Roles, roles
from contactflow.persistence.walls import policies
from contactflow.testing.postgres import Postgres
from contactflow.testing.provision import forget, provision

PASSWORDS = Roles("owner", "app", "system")
Install = Literal["metadata", "migrations", "nothing"]


class Engines(NamedTuple):
    """The database as each of its roles sees it, and the URLs for processes of their own."""

    app: AsyncEngine
    system: AsyncEngine
    owner: AsyncEngine
    urls: Roles


@asynccontextmanager
async def fresh_database(
    postgres: Postgres, service: str, install: Install = "metadata", *, pool_size: int = 10
) -> AsyncIterator[Engines]:
    """A database of an own name, dropped at the end; its roles are those of the service.

    `install` puts in the tables and policies of `Base.metadata` as it is now, or runs the
    service's migrations as its owner, or does nothing.
    """
    database = f"contactflow_{service}_{new_id().hex[-12:]}"
    urls = await provision(postgres.admin_url(), service, PASSWORDS, database)
    owner, app, system = (open_engine(url, pool_size=pool_size) for url in urls)
    engines = Engines(app, system, owner, urls)
    try:
        if install == "metadata":
            await _create_all(owner, service)
        elif install == "migrations":
            await migrate(urls.owner, migrations(service))
        yield engines
    finally:
        for engine in (app, system, owner):
            await engine.dispose()
        await forget(postgres.admin_url(), database)


@cache
def known_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """The one of this URL: what SQLAlchemy compiled for one test it knows in the next.

    Connections are no test's legacy: whoever was given the engine disposes of them.
    """
    return open_engine(url, pool_size=pool_size)


def migrations(service: str) -> Path:
    """Where a service's migrations lie: in its package, so that they are installed with it."""
    spec = find_spec(f"contactflow.{service}")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(service)
    return Path(spec.origin).with_name("migrations")


async def _create_all(owner: AsyncEngine, service: str) -> None:
    named = roles(service)
    async with owner.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        for statement in policies(Base.metadata, named.app, named.system):
            await connection.execute(text(statement))

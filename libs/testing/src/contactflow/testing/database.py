"""A fresh database for a suite, with the roles, policies and tables of a service."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from contactflow.kernel import new_id
from contactflow.persistence import Base
from contactflow.persistence.schema import policies
from contactflow.testing.errors import ServerError
from contactflow.testing.postgres import Postgres
from contactflow.testing.provision import Urls, forget, provision

PASSWORDS = {"owner": "owner", "app": "app", "system": "system"}
Install = Literal["metadata", "migrations", "nothing"]


class Engines(NamedTuple):
    """The database as each of its roles sees it."""

    app: AsyncEngine
    system: AsyncEngine
    owner: AsyncEngine

    @property
    def urls(self) -> Urls:
        """For processes of their own: the same, as settings say it."""
        said = {
            name: one.url.render_as_string(hide_password=False)
            for name, one in self._asdict().items()
        }
        return Urls(**said)


@asynccontextmanager
async def fresh_database(
    postgres: Postgres, service: str, install: Install = "metadata", *, pool_size: int = 10
) -> AsyncIterator[Engines]:
    """A database of an own name, dropped at the end; its roles are those of the service.

    `install` puts in the tables and policies of `Base.metadata` as it is now, or runs the
    service's migrations as its owner (`python -m contactflow.<service> migrate`), or does nothing.
    """
    database = f"contactflow_{service}_{new_id().hex[-12:]}"
    urls = await provision(postgres.admin_url(), service, PASSWORDS, database)
    made = _engines(urls, pool_size)
    try:
        if install == "metadata":
            await _create_all(made.owner, service)
        elif install == "migrations":
            await migrate(urls, service)
        yield made
    finally:
        for engine in made:
            await engine.dispose()
        await forget(postgres.admin_url(), database)


async def migrate(urls: Urls, service: str) -> None:
    """Bring a database up to date, as in production. Raises ServerError with what was said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"contactflow.{service}", "migrate"),
        env={"OWNER_DATABASE_URL": urls.owner},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode != 0:
        raise ServerError("Migrations failed", said.decode())


def _engines(urls: Urls, pool_size: int) -> Engines:
    return Engines(
        *(
            create_async_engine(url, hide_parameters=True, pool_size=pool_size)
            for url in (urls.app, urls.system, urls.owner)
        )
    )


async def _create_all(owner: AsyncEngine, service: str) -> None:
    async with owner.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        for statement in policies(Base.metadata, f"{service}_app", f"{service}_system"):
            await connection.execute(text(statement))

"""Migrations: how a service's database comes to the shape its code expects."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from alembic import command, context, op
from alembic.config import Config
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from contactflow.persistence import walls
from contactflow.persistence.engines import asyncpg_url
from contactflow.persistence.roles import roles

TRY_LOCK = text("SELECT pg_try_advisory_lock(hashtext('migrate'))")
PATIENCE = text("SET lock_timeout = '5s'")
"""A statement that waits for its table longer than this holds up everyone behind it."""


async def migrate(url: str, scripts: Path) -> None:
    """Bring the database of the owner's `url` to the newest of the migrations in `scripts`.

    Two processes may do so at once: the second waits, and finds nothing left to do. Without its
    turn it waits as a series of tries, because a statement that waits holds up concurrent indexes.
    """
    engine = create_async_engine(asyncpg_url(url), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await _have_turn(connection)
        await connection.execute(PATIENCE)
        await connection.commit()
        await connection.run_sync(_upgrade, scripts)


async def _have_turn(connection: AsyncConnection) -> None:
    while not await connection.scalar(TRY_LOCK):
        await connection.rollback()
        await asyncio.sleep(0.1)


def _upgrade(connection: Connection, scripts: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()


def environment(metadata: MetaData) -> None:
    """All that a service's `env.py` does.

    Under `migrate` it uses that connection. Under alembic's own command it takes the owner's
    address from `-x url=postgresql://...`, e.g. to draft a revision.
    """
    given: Connection | None = context.config.attributes.get("connection")
    if given is None:
        asyncio.run(_by_hand(metadata))
    else:
        _run(given, metadata)


async def _by_hand(metadata: MetaData) -> None:
    url = context.get_x_argument(as_dictionary=True)["url"]
    engine = create_async_engine(asyncpg_url(url), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run, metadata)
        await connection.commit()


def _run(connection: Connection, metadata: MetaData) -> None:
    context.configure(
        connection,
        target_metadata=metadata,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


class Walls:
    """What a migration says about its tables, beside their columns: who may see which rows.

    The service's name stands for its roles, so that a migration reads the same for ever.
    """

    def __init__(self, service: str) -> None:
        self._roles = roles(service)

    def walled(self, *tables: str) -> None:
        """The application sees one workspace at a time."""
        for table in tables:
            _execute(walls.walled(table, self._roles.app))

    def append_only(self, *tables: str) -> None:
        """As `walled`, for tables whose rows nobody changes or deletes."""
        for table in tables:
            _execute(walls.append_only(table, self._roles.app))

    def read_by_system(self, *tables: str) -> None:
        """The system role reads all workspaces of it, and writes in none."""
        for table in tables:
            _execute(walls.open_to_system(table, self._roles.system, rights=walls.READS))

    def unwalled(self, *tables: str) -> None:
        """The application sees all of it. For search tokens, which tell nothing by themselves."""
        for table in tables:
            _execute(walls.unwalled(table, self._roles.app))

    def open_to_system(self, *tables: str, is_walled: bool = True) -> None:
        """The system role sees all workspaces of it. `is_walled` False: it has no policies."""
        for table in tables:
            _execute(walls.open_to_system(table, self._roles.system, is_walled=is_walled))

    def readable_version(self) -> None:
        """Both roles may see which migration the database is at. For the first one."""
        op.execute(f"GRANT SELECT ON alembic_version TO {self._roles.app}, {self._roles.system}")


def _execute(statements: Iterable[str]) -> None:
    for statement in statements:
        op.execute(statement)

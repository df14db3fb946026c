"""A database that is away for a while, for everybody but its administrator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg

from contactflow.testing.database import Engines
from contactflow.testing.postgres import Postgres


class Outage:
    """Every connection is cut, and no new one is let in."""

    def __init__(self, postgres: Postgres, engines: Engines) -> None:
        self._admin = postgres.admin_url()
        self._database = urlsplit(engines.urls.app).path.lstrip("/")

    async def begin(self) -> None:
        await self._do(
            f'ALTER DATABASE "{self._database}" CONNECTION LIMIT 0',
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{self._database}'",
        )

    async def end(self) -> None:
        await self._do(f'ALTER DATABASE "{self._database}" CONNECTION LIMIT -1')

    async def _do(self, *statements: str) -> None:
        async with self._connected() as connection:
            for statement in statements:
                await connection.execute(statement)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        connection = await asyncpg.connect(self._admin)
        try:
            yield connection
        finally:
            await connection.close()

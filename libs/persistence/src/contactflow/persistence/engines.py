"""Connections to PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from contactflow.persistence.connections import (
    COUNT,
    GONE,
    IDLE,
    INTERVAL,
    WorkspaceConnection,
    leaves_workspaces,
)
from contactflow.telemetry import metrics

SERVER: Final = {
    "tcp_keepalives_idle": str(IDLE),
    "tcp_keepalives_interval": str(INTERVAL),
    "tcp_keepalives_count": str(COUNT),
    "tcp_user_timeout": str(GONE * 1000),
}
"""It takes a machine that says nothing any more for gone after 11 s, and not after the two hours
of its system. What that machine had locked, the relay's lock too, is then free."""
CONNECT: Final = 5.0
"""Seconds; asyncpg's own limit is a minute."""


def open_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """A pool of at most `pool_size` connections, made when they are needed.

    `url` is a plain `postgresql://` one. Neither errors nor logs show the values of a statement.
    """
    engine = create_async_engine(
        asyncpg_url(url),
        connect_args={
            "server_settings": SERVER,
            "connection_class": WorkspaceConnection,
            "timeout": CONNECT,
        },
        hide_parameters=True,
        max_overflow=0,
        pool_size=pool_size,
    )
    return leaves_workspaces(engine)


def asyncpg_url(url: str) -> URL:
    """A plain address of a database, for the driver that we use."""
    return make_url(url).set(drivername="postgresql+asyncpg")


@contextmanager
def measured(engine: AsyncEngine, name: str) -> Iterator[None]:
    """Tell how many connections of this pool there are, and how many are used."""
    pool: Any = engine.pool
    known = {"db.client.connection.pool.name": name}
    used, idle = (known | {"db.client.connection.state": state} for state in ("used", "idle"))
    with (
        metrics.POOL_MAX.follow(pool.size, known),
        metrics.POOL_CONNECTIONS.follow(pool.checkedout, used),
        metrics.POOL_CONNECTIONS.follow(pool.checkedin, idle),
    ):
        yield

"""Connections to PostgreSQL."""

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def open_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """A pool of at most `pool_size` connections, made when they are needed.

    `url` is a plain `postgresql://` one. Neither errors nor logs show the values of a statement.
    """
    return create_async_engine(
        asyncpg_url(url), hide_parameters=True, max_overflow=0, pool_size=pool_size
    )


def asyncpg_url(url: str) -> URL:
    """A plain address of a database, for the driver that we use."""
    return make_url(url).set(drivername="postgresql+asyncpg")

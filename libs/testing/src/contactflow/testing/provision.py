"""A service's database and its three roles: the one way they are made, for tests and stacks."""

from urllib.parse import quote, urlsplit

import asyncpg

from contactflow.persistence.roles import (
    Roles,
    database_name,
    database_statements,
    role_statements,
    roles,
)

LOCK = 4_706_310_522  # any number: two who provision at once take turns


async def provision(
    admin_url: str, service: str, passwords: Roles, database: str | None = None
) -> Roles:
    """Make what is missing of a service's database and roles; give each role's URL.

    Each role reaches this database only, and nobody else does. Run again, it renews the passwords
    and leaves what is in the database. URLs are plain `postgresql://` ones.
    """
    database = database or database_name(service)
    server = await asyncpg.connect(admin_url)
    try:
        await server.execute("SELECT pg_advisory_lock($1)", LOCK)
        for statement in role_statements(service, passwords):
            await server.execute(statement)
        known = await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database)
        for statement in () if known else database_statements(service, database):
            await server.execute(statement)
    finally:
        await server.close()
    named = zip(roles(service), passwords, strict=True)
    return Roles(*(_url(admin_url, role, password, database) for role, password in named))


async def forget(admin_url: str, database: str) -> None:
    """Drop a database, whoever is connected."""
    server = await asyncpg.connect(admin_url)
    try:
        await server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    finally:
        await server.close()


def _url(admin_url: str, role: str, password: str, database: str) -> str:
    at = urlsplit(admin_url)
    where = at.netloc.rpartition("@")[2]
    return at._replace(
        netloc=f"{role}:{quote(password, safe='')}@{where}", path=f"/{database}"
    ).geturl()

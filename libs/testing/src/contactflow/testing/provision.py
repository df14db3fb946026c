"""A service's database and its three roles: the one way they are made, for tests and stacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import asyncpg

LOCK = 4_706_310_522  # any number: two who provision at once take turns


@dataclass(frozen=True)
class Urls:
    """Where each role of a service reaches its database: for SQLAlchemy with asyncpg."""

    owner: str
    app: str
    system: str


async def provision(
    admin_url: str, service: str, passwords: Mapping[str, str], database: str | None = None
) -> Urls:
    """Make what is missing of a service's database and roles; set the passwords of the roles.

    `<service>_owner` owns the database and migrates; `<service>_app` and `<service>_system` run
    the service. Each reaches this database only: nobody else's has CONNECT for them, and this one
    has it for nobody else. `passwords` are keyed owner, app, system. The administrator may create
    roles and databases; it need not be a superuser.
    """
    database = database or f"contactflow_{service}"
    roles = {kind: f"{service}_{kind}" for kind in ("owner", "app", "system")}
    server = await asyncpg.connect(plain(admin_url))
    try:
        await server.execute("SELECT pg_advisory_lock($1)", LOCK)
        for kind, role in roles.items():
            await _role(server, role, passwords[kind])
        await _database(server, database, roles["owner"])
        for statement in _doors(database, roles):
            await server.execute(statement)
    finally:
        await server.close()
    there = {kind: _url(admin_url, role, passwords[kind], database) for kind, role in roles.items()}
    return Urls(**there)


async def forget(admin_url: str, database: str) -> None:
    """Drop a database, whoever is connected."""
    server = await asyncpg.connect(plain(admin_url))
    try:
        await server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    finally:
        await server.close()


def plain(url: str) -> str:
    """The URL as everybody but SQLAlchemy writes it."""
    return urlsplit(url)._replace(scheme="postgresql").geturl()


async def _role(server: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    known = await server.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if known else "CREATE"
    quoted = await server.fetchval("SELECT quote_literal($1)", password)
    await server.execute(f"{verb} ROLE {role} LOGIN PASSWORD {quoted}")


async def _database(
    server: "asyncpg.Connection[asyncpg.Record]", database: str, owner: str
) -> None:
    known = await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database)
    if not known:
        await server.execute(f"GRANT {owner} TO CURRENT_USER")
        await server.execute(f"CREATE DATABASE {database} OWNER {owner}")


def _doors(database: str, roles: Mapping[str, str]) -> Iterator[str]:
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {database} TO {', '.join(roles.values())}"


def _url(admin_url: str, role: str, password: str, database: str) -> str:
    at = urlsplit(admin_url)
    where = at.netloc.rpartition("@")[2]
    return at._replace(
        scheme="postgresql+asyncpg",
        netloc=f"{role}:{quote(password, safe='')}@{where}",
        path=f"/{database}",
    ).geturl()

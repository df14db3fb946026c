"""Three roles per service, and a database that nobody else can connect to."""

from collections.abc import Iterator
from typing import NamedTuple

LIMITS = {
    "lock_timeout": "5s",
    "transaction_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
}
"""What may last how long for the application's roles: an open transaction holds up the relay."""


class Roles(NamedTuple):
    """A service's roles, none of which can do another's work.

    `owner` migrates, `app` is under the policies, `system` sees a few named tables whole.
    """

    owner: str
    app: str
    system: str


def roles(service: str) -> Roles:
    """The names of a service's roles. Migrations grant to these names."""
    return Roles(f"{service}_owner", f"{service}_app", f"{service}_system")


def database_name(service: str) -> str:
    """The name of a service's database, unless an operator gives it another."""
    return f"contactflow_{service}"


def role_statements(service: str, passwords: Roles) -> Iterator[str]:
    """Create or renew the roles, and limit how long the application's may hold anything.

    For a superuser, on any database of the cluster; again and again without harm.
    """
    for role, password in zip(roles(service), passwords, strict=True):
        yield f"""DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN END $$"""
        quoted = password.replace("'", "''")
        yield f"ALTER ROLE {role} LOGIN NOINHERIT NOBYPASSRLS PASSWORD '{quoted}'"
    for role in (roles(service).app, roles(service).system):
        for setting, limit in LIMITS.items():
            yield f"ALTER ROLE {role} SET {setting} = '{limit}'"


def database_statements(service: str, database: str) -> Iterator[str]:
    """Give the database, new and empty, to the owner and shut everybody else out.

    For a superuser, each outside a transaction: CREATE DATABASE allows none.
    """
    yield f"CREATE DATABASE {database} OWNER {roles(service).owner}"
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {database} TO {', '.join(roles(service))}"

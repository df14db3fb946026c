"""What must be true of every table of every service, and what is wrong where it is not."""

from collections.abc import Iterator, Mapping

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, MetaData, Table
from sqlalchemy.ext.asyncio import AsyncEngine

from contactflow.persistence.roles import Roles
from contactflow.persistence.walls import APPENDS, CHANGES, GUARD, READS, is_append_only, is_walled
from contactflow.testing.peoples import disputed, impersonal, searched, undecided
from contactflow.testing.tables import Found, Policy, tables

SEEN = "(workspace_id = (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid)"
WORKSPACE = "workspace_id"


async def check(
    owner: AsyncEngine, metadata: MetaData, names: Roles, exceptions: Mapping[str, str]
) -> None:
    """Raises AssertionError with every fault that is no exception, and every stale exception.

    Tables are enumerated twice, from the metadata and from PostgreSQL: what only one of them
    knows is a fault too, and so is what only one of eraser and residue check knows. `exceptions`
    say, by fault, the reason why it may stay.
    """
    found = {*faults(metadata, await tables(owner), names), *await drift(owner, metadata)}
    found |= {*disputed(metadata, await searched(owner))}
    wrong = sorted(found - exceptions.keys())
    stale = sorted(f"stale exception: {one}" for one in exceptions.keys() - found)
    if wrong or stale:
        raise AssertionError("\n".join(["", *wrong, *stale]))


def faults(metadata: MetaData, found: Mapping[str, Found], names: Roles) -> Iterator[str]:
    """Everything that is wrong, as `table: what` or `table.column: what`."""
    yield from (f"{name}: only in the metadata" for name in metadata.tables.keys() - found)
    yield from (f"{name}: only in the database" for name in found.keys() - metadata.tables.keys())
    for name, table in metadata.tables.items():
        if name in found:
            yield from unclassified(table, found[name])
            yield from unwalled(table, found[name], names)
            yield from ungranted(table, found[name], names)
            yield from unguarded(table, found[name])
            yield from unkeyed(found[name])
            yield from unindexed(found[name])
            yield from impersonal(table, found[name], found)
            yield from undecided(table, found)


def unclassified(table: Table, found: Found) -> Iterator[str]:
    """Every column says whether it is personal, itself or by its table."""
    for name in sorted(found.columns ^ set(table.columns.keys())):
        yield f"{table.name}.{name}: only in one of database and metadata"
    for column in table.columns:
        if "personal" not in column.info and "personal" not in table.info:
            yield f"{table.name}.{column.name}: unclassified"


def unwalled(table: Table, found: Found, names: Roles) -> Iterator[str]:
    """A table of a workspace has our policy, forced, and no other policy but the system's."""
    if WORKSPACE not in found.columns:
        yield f"{table.name}: has no workspace"
    elif not is_walled(table):
        yield f"{table.name}: has no policy"
    elif not found.walled or Policy("ALL", (names.app,), SEEN, None) not in found.policies:
        yield f"{table.name}: policy is missing"
    for policy in found.policies:
        ours = policy.roles == (names.app,) and policy.qual == SEEN
        systems = policy.roles == (names.system,) and "system" in table.info
        if not (ours or systems):
            yield f"{table.name}: policy for {', '.join(policy.roles)}"


def ungranted(table: Table, found: Found, names: Roles) -> Iterator[str]:
    """The owner owns it, the application has its workspace's rows, the system what it names."""
    wanted = {}
    if WORKSPACE in found.columns:
        wanted[names.app] = {*(APPENDS if is_append_only(table) else CHANGES)}
    if "system" in table.info:
        wanted[names.system] = {*(READS if is_append_only(table) else CHANGES)}
    if found.owner != names.owner:
        yield f"{table.name}: owned by {found.owner}"
    for role in sorted({*found.rights, *wanted} - {names.owner}):
        if found.rights.get(role) != wanted.get(role):
            yield f"{table.name}: rights of {role}"


def unguarded(table: Table, found: Found) -> Iterator[str]:
    """What is append-only is so for its owner, too."""
    if is_append_only(table) and GUARD not in found.guards:
        yield f"{table.name}: nothing keeps its rows as they are"


def unkeyed(found: Found) -> Iterator[str]:
    """Every key begins with the workspace: foreign keys bypass policies."""
    if WORKSPACE not in found.columns:
        return
    for index in found.indexes:
        if index.is_unique and index.columns[:1] != (WORKSPACE,):
            yield f"{found.name}: key ({', '.join(index.columns)}) is not composite"
    for key in found.keys:
        if WORKSPACE not in key.columns or len(key.columns) == 1:
            yield f"{found.name}: foreign key to {key.parent} is not composite"


def unindexed(found: Found) -> Iterator[str]:
    """Deleting a parent finds its rows by an index."""
    whole = [index.columns for index in found.indexes if index.whole]
    for key in found.keys:
        if not any(set(columns[: len(key.columns)]) == key.columns for columns in whole):
            yield f"{found.name}: foreign key to {key.parent} is unindexed"


async def drift(owner: AsyncEngine, metadata: MetaData) -> set[str]:
    """Where the migrated database and the metadata differ."""
    async with owner.connect() as connection:
        different = await connection.run_sync(_compared, metadata)
    found = await tables(owner)
    return {*different, *_checks(metadata, found)}


def _compared(connection: Connection, metadata: MetaData) -> list[str]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return [f"migrated otherwise: {one}" for one in compare_metadata(context, metadata)]


def _checks(metadata: MetaData, found: Mapping[str, Found]) -> Iterator[str]:
    """Check constraints, which alembic does not compare."""
    for table in metadata.tables.values():
        declared = (one for one in table.constraints if isinstance(one, CheckConstraint))
        names = {str(one.name) for one in declared}
        for name in sorted(found[table.name].checks ^ names if table.name in found else ()):
            yield f"{table.name}: check {name} is only in one of database and metadata"

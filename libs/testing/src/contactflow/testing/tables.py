"""What PostgreSQL's own catalogue says of a database: the other eyes of the catalogue test."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

COLUMNS = text("""
    SELECT c.relname AS table, c.relrowsecurity AND c.relforcerowsecurity AS walled,
           pg_get_userbyid(c.relowner) AS owner, array_agg(a.attname::text) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped
    GROUP BY c.oid
""")
INDEXES = text("""
    SELECT indrelid::regclass::text AS table, indisunique AS is_unique, indpred IS NULL AS whole,
           ARRAY(SELECT attname::text FROM unnest(indkey) WITH ORDINALITY AS key(number, place)
                 JOIN pg_attribute ON attrelid = indrelid AND attnum = number
                 ORDER BY place) AS columns
    FROM pg_index WHERE indrelid IN
        (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
""")
KEYS = text("""
    SELECT conrelid::regclass::text AS table, confrelid::regclass::text AS parent,
           confdeltype = 'c' AS cascades,
           ARRAY(SELECT attname::text FROM unnest(conkey) AS number
                 JOIN pg_attribute ON attrelid = conrelid AND attnum = number) AS columns
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
""")
CHECKS = text("""
    SELECT conrelid::regclass::text AS table, conname AS name FROM pg_constraint
    WHERE contype = 'c' AND connamespace = 'public'::regnamespace
""")
POLICIES = text("""
    SELECT tablename AS table, cmd, roles::text[] AS roles, qual, with_check FROM pg_policies
    WHERE schemaname = 'public'
""")
GRANTS = text("""
    SELECT c.relname AS table, pg_get_userbyid(acl.grantee) AS role,
           array_agg(acl.privilege_type) AS rights
    FROM pg_class c, aclexplode(c.relacl) AS acl
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    GROUP BY c.relname, acl.grantee
""")
GUARDS = text("""
    SELECT tgrelid::regclass::text AS table, tgname AS name,
           tgenabled IN ('O', 'A') AND tgtype & 2 > 0 AND tgtype & 16 > 0 AND tgtype & 8 > 0
           AND tgtype & 32 > 0 AND tgqual IS NULL AS keeps
    FROM pg_trigger WHERE NOT tgisinternal
""")


class Index(NamedTuple):
    """`whole`: it covers every row of the table."""

    columns: tuple[str, ...]
    is_unique: bool
    whole: bool


class Key(NamedTuple):
    """A foreign key. `cascades`: rows are deleted with their parent."""

    parent: str
    columns: frozenset[str]
    cascades: bool


class Policy(NamedTuple):
    """Which rows some roles see."""

    cmd: str
    roles: tuple[str, ...]
    qual: str
    with_check: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """One table as it really is. `rights` of every role that has any.

    `guards` are triggers that stand before every change of what was written.
    """

    name: str
    owner: str
    walled: bool
    columns: frozenset[str]
    indexes: tuple[Index, ...]
    keys: tuple[Key, ...]
    checks: frozenset[str]
    policies: tuple[Policy, ...]
    rights: Mapping[str, frozenset[str]]
    guards: frozenset[str]


async def tables(owner: AsyncEngine) -> dict[str, Found]:
    """Every table of the database, by its name."""
    async with owner.connect() as connection:
        read = _Read(
            *[
                await _rows(connection, one)
                for one in (INDEXES, KEYS, CHECKS, POLICIES, GRANTS, GUARDS)
            ]
        )
        return {row.table: _found(row, read) for row in await _rows(connection, COLUMNS)}


class _Read(NamedTuple):
    indexes: list[Row[Any]]
    keys: list[Row[Any]]
    checks: list[Row[Any]]
    policies: list[Row[Any]]
    grants: list[Row[Any]]
    guards: list[Row[Any]]


def _found(row: Row[Any], read: _Read) -> Found:
    def mine(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
        return [one for one in rows if one.table == row.table]

    return Found(
        name=row.table,
        owner=row.owner,
        walled=row.walled,
        columns=frozenset(row.columns),
        indexes=tuple(
            Index(tuple(one.columns), one.is_unique, one.whole) for one in mine(read.indexes)
        ),
        keys=tuple(
            Key(one.parent, frozenset(one.columns), one.cascades) for one in mine(read.keys)
        ),
        checks=frozenset(one.name for one in mine(read.checks)),
        policies=tuple(
            Policy(one.cmd, tuple(one.roles), one.qual, one.with_check)
            for one in mine(read.policies)
        ),
        rights={one.role: frozenset(one.rights) for one in mine(read.grants)},
        guards=frozenset(one.name for one in mine(read.guards) if one.keeps),
    )


async def _rows(connection: AsyncConnection, statement: Any) -> list[Row[Any]]:
    return cast("list[Row[Any]]", (await connection.execute(statement)).all())

"""What must be true of tables that hold people, so that nobody is forgotten in an erasure."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import MetaData, Table
from sqlalchemy.ext.asyncio import AsyncEngine

from contactflow.erasure.residue import conditions
from contactflow.erasure.tables import PEOPLE, PERSON, personal
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Works
from contactflow.testing.tables import Found


def impersonal(table: Table, found: Found, every: Mapping[str, Found]) -> Iterator[str]:
    """Whatever is about a person, or hangs on what is, says which person and goes with them."""
    personal = any(column.info.get("personal") for column in table.columns)
    if table.name == PEOPLE or not (personal or PERSON in found.columns or _reaches(found, every)):
        return
    theirs = [key for key in found.keys if key.parent == PEOPLE and PERSON in key.columns]
    if not theirs:
        yield f"{table.name}: about a person without {PERSON}"
    elif not all(key.cascades for key in theirs):
        yield f"{table.name}: outlives its person"


def undecided(table: Table, every: Mapping[str, Found]) -> Iterator[str]:
    """Rows about nobody on which people's rows hang go with the last of them, or say that not."""
    children = {
        one.name for one in every.values() if table.name in {key.parent for key in one.keys}
    }
    theirs = {name for name in children if PERSON in every[name].columns}
    if theirs and PERSON not in every[table.name].columns and table.name != PEOPLE:
        if "lives_by" not in table.info:
            yield f"{table.name}: does not say what it lives by"
        elif table.info["lives_by"] not in {None, *theirs}:
            yield f"{table.name}: lives by nobody's rows"


def disputed(metadata: MetaData, residue: AbstractSet[str]) -> Iterator[str]:
    """Eraser and residue check look at the same tables, each in its own way."""
    eraser = {table.name for table in personal(metadata)}
    yield from (f"{name}: the eraser leaves it" for name in sorted(residue - eraser))
    yield from (f"{name}: the residue check does not see it" for name in sorted(eraser - residue))


async def searched(owner: AsyncEngine) -> frozenset[str]:
    """The tables that the residue check looks at."""
    async with Works(owner).begin(PLATFORM_WORKSPACE_ID) as work:
        return frozenset(await conditions(work))


def _reaches(found: Found, every: Mapping[str, Found]) -> bool:
    parents = {key.parent for key in found.keys} - {found.name}
    return PEOPLE in parents or any(_reaches(every[name], every) for name in parents)

"""Counting what would go with people, and deleting it: the same rows, by the same conditions.

Set by set and leaf first, as a cascade would take each row by itself and count none.
"""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Uuid,
    any_,
    delete,
    exists,
    func,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from contactflow.erasure.tables import dependent, link, personal, theirs
from contactflow.persistence import Base, Work

BY_INDEX: Final = text("SET LOCAL enable_seqscan = off")
"""With the statistics of a table that was empty once, a delete may become quadratic."""


async def count(work: Work, people: Collection[UUID]) -> dict[str, int]:
    """How many rows of which table would go with these people, as things stand."""
    if not people:
        return {}
    going = {table: theirs(table, people) for table in personal()}
    going |= {table: _only_theirs(table, people) for table in dependent()}
    counts = [
        select(literal(table.name).label("name"), func.count().label("rows"))
        .select_from(table)
        .where(which, _here(work, table))
        for table, which in going.items()
    ]
    await work.rows(BY_INDEX)
    found = await work.rows(union_all(*counts))
    return {row.name: row.rows for row in found if row.rows}


async def remove(work: Work, people: Collection[UUID]) -> dict[str, int]:
    """Delete them and every row about them; how many of which table."""
    if not people:
        return {}
    await work.rows(BY_INDEX)
    parents = {table: await _held(work, table, people) for table in dependent()}
    deleted = {table.name: await _gone(work, table, theirs(table, people)) for table in personal()}
    for table, ids in parents.items():
        deleted[table.name] = await _gone(work, table, _left_alone(table, ids))
    return {name: rows for name, rows in deleted.items() if rows}


async def _gone(work: Work, table: Table, which: ColumnElement[bool]) -> int:
    done: Any = await work.rows(delete(table).where(which, _here(work, table)))
    return int(done.rowcount)


async def _held(work: Work, table: Table, people: Collection[UUID]) -> list[UUID]:
    """Rows that live by these people, held: of two erasures the second sees what the first left."""
    child = _child(table)
    mine = table.c.id.in_(_parents_of(table, theirs(child, people)))
    held = select(table.c.id).where(mine, _here(work, table)).order_by(table.c.id)
    return list((await work.rows(held.with_for_update())).scalars())


def _only_theirs(table: Table, people: Collection[UUID]) -> ColumnElement[bool]:
    """Rows that live by these people and by nobody else."""
    mine = theirs(_child(table), people)
    return table.c.id.in_(_parents_of(table, mine)) & ~_has_child(table, ~mine)


def _left_alone(table: Table, ids: list[UUID]) -> ColumnElement[bool]:
    """Of these rows, those that nobody is left of."""
    return (table.c.id == any_(literal(ids, ARRAY(Uuid)))) & ~_has_child(table)


def _parents_of(table: Table, which: ColumnElement[bool]) -> Select[Any]:
    own = {element.column.name: element.parent for element in link(_child(table), table).elements}
    return select(own["id"]).where(which)


def _has_child(table: Table, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    child = _child(table)
    pairs = (one.parent == one.column for one in link(child, table).elements)
    return exists(select(literal(1)).select_from(child).where(*pairs, *which).correlate(table))


def _child(table: Table) -> Table:
    return Base.metadata.tables[table.info["lives_by"]]


def _here(work: Work, table: Table) -> ColumnElement[bool]:
    """In this workspace: said beside the policies, for the index, and where there is none."""
    return table.c.workspace_id == work.workspace_id

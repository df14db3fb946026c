"""Which tables hold people: whatever has a `subject_id`, or hangs on what has one.

Known from the metadata of this process. The residue check asks PostgreSQL instead.
"""

from collections.abc import Collection, Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKeyConstraint, MetaData, Table, or_, select, tuple_

from contactflow.persistence import Base
from contactflow.vault import Person

PEOPLE: Final = Person.__tablename__
PERSON: Final = "subject_id"


def personal(metadata: MetaData = Base.metadata) -> list[Table]:
    """Every table whose rows are about people, leaf first."""
    return [table for table in reversed(metadata.sorted_tables) if _is_personal(table)]


def dependent(metadata: MetaData = Base.metadata) -> list[Table]:
    """Tables about nobody, of which a row goes with the last of its people: see `lives_by`."""
    return [table for table in metadata.sorted_tables if table.info.get("lives_by")]


def theirs(table: Table, people: Collection[UUID]) -> ColumnElement[bool]:
    """The rows that are about these people."""
    person = table.c.get("id" if table.name == PEOPLE else PERSON)
    if person is not None:
        return person.in_(people)
    return or_(*(_through(key, people) for key in _keys(table)))


def link(child: Table, parent: Table) -> ForeignKeyConstraint:
    """The key by which rows of one hang on rows of the other."""
    return next(key for key in child.foreign_key_constraints if key.referred_table is parent)


def _through(key: ForeignKeyConstraint, people: Collection[UUID]) -> ColumnElement[bool]:
    ours = (element.parent for element in key.elements)
    parents = select(*(element.column for element in key.elements))
    return tuple_(*ours).in_(parents.where(theirs(key.referred_table, people)))


def _is_personal(table: Table) -> bool:
    return table.name == PEOPLE or PERSON in table.c or any(_keys(table))


def _keys(table: Table) -> Iterator[ForeignKeyConstraint]:
    """Those by which its rows hang on people."""
    for key in table.foreign_key_constraints:
        if key.referred_table is not table and _is_personal(key.referred_table):
            yield key

"""Who is meant: the owners of identities, and whom privacy knows by our ids."""

from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select

from contactflow.persistence import Work
from contactflow.vault.indexes import BlindIndex
from contactflow.vault.persons import SubjectIdentity
from contactflow.vault.subjects import SUBJECTS, unclaimed

INDEX: Final = (SubjectIdentity.kind, SubjectIdentity.index_version, SubjectIdentity.blind_index)


def as_index(row: Row[Any]) -> BlindIndex:
    """Of a row of INDEX."""
    return BlindIndex(row.kind, row.index_version, row.blind_index)


async def owners(work: Work, indexes: Iterable[BlindIndex]) -> frozenset[UUID]:
    """Those who are known by one of these; a claim makes nobody an owner."""
    found = await work.rows(select(SubjectIdentity.subject_id).where(unclaimed(indexes)))
    return frozenset(found.scalars())


async def existing(work: Work, people: Collection[UUID]) -> frozenset[UUID]:
    """Those of them who are there."""
    found = await work.rows(select(SUBJECTS.c.id).where(SUBJECTS.c.id.in_(people)))
    return frozenset(found.scalars())


async def known(work: Work, people: Collection[UUID]) -> frozenset[BlindIndex]:
    """What they are known by; not what they claim."""
    theirs = SubjectIdentity.subject_id.in_(people) & ~SubjectIdentity.claimed
    return frozenset(map(as_index, await work.rows(select(*INDEX).where(theirs))))


async def held(work: Work, people: Collection[UUID]) -> frozenset[UUID]:
    """Those of them who are there, locked against every writer, in the order of all locks."""
    mine = select(SUBJECTS.c.id).where(SUBJECTS.c.id.in_(people)).order_by(SUBJECTS.c.id)
    return frozenset((await work.rows(mine.with_for_update())).scalars())

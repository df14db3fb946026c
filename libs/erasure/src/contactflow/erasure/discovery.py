"""What this service knows of a person; privacy asks again until nobody knows more."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from contactflow.erasure.deleting import count
from contactflow.erasure.links import Links
from contactflow.erasure.people import existing, known, owners
from contactflow.erasure.wire import Claim, Discovered, Index, Person
from contactflow.events.erasures import ParticipantName
from contactflow.persistence import Work
from contactflow.vault.indexes import BlindIndex
from contactflow.vault.persons import SubjectIdentity

MOST: Final = 50
"""Claimants that are listed, the newest: anybody may claim anything, as often as they like."""


async def discover(work: Work, asked: Person, *, by: ParticipantName, links: Links) -> Discovered:
    """Our subjects who are this person, what they are known by, and who they are elsewhere.

    Who only claims one of the identities may be them: told apart, and searched no further.
    """
    ours = await _ours(work, asked, by, links)
    identities = await known(work, ours)
    sought = identities | {one.blind for one in asked.indexes}
    elsewhere = await links.elsewhere(work, ours)
    claims, more = await _claims(work, sought, ours)
    return Discovered(
        person=Person(
            indexes=tuple(map(Index.of, sorted(identities))),
            subjects={**elsewhere, by: _sorted(ours)},
        ),
        rows=await count(work, ours),
        claims=claims,
        more_claims=more,
    )


async def _ours(work: Work, asked: Person, by: ParticipantName, links: Links) -> frozenset[UUID]:
    told = frozenset(asked.subjects.get(by, ()))
    linked = await links.ours(work, asked.subjects)
    return await owners(work, [one.blind for one in asked.indexes]) | await existing(
        work, told | linked
    )


async def _claims(
    work: Work, sought: Collection[BlindIndex], ours: Collection[UUID]
) -> tuple[tuple[Claim, ...], int]:
    """Of the newest claimants what each claims, and how many more claimants there are."""
    theirs = (
        SubjectIdentity.claimed
        & SubjectIdentity.blind_index.in_([one.digest for one in sought])
        & SubjectIdentity.subject_id.not_in(ours)
    )
    every = select(SubjectIdentity.subject_id).where(theirs).distinct()
    newest = every.order_by(SubjectIdentity.subject_id.desc()).limit(MOST)
    listed = (await work.rows(newest)).scalars().all()
    there_are = await work.session.scalar(select(func.count()).select_from(every.subquery())) or 0
    held = {one: await count(work, [one]) for one in listed}
    of_each = select(SubjectIdentity.subject_id, SubjectIdentity.kind).distinct()
    of_each = of_each.where(theirs, SubjectIdentity.subject_id.in_(listed))
    rows = (await work.rows(of_each.order_by(SubjectIdentity.subject_id.desc(), "kind"))).all()
    claims = (
        Claim(subject_id=row.subject_id, kind=row.kind, rows=held[row.subject_id]) for row in rows
    )
    return tuple(claims), there_are - len(listed)


def _sorted(people: Collection[UUID]) -> tuple[UUID, ...]:
    return tuple(sorted(people))

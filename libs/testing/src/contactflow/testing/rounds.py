"""Rounds of erasures, as privacy would order them."""

from typing import Any
from uuid import UUID

from contactflow.erasure.eraser import Round, erase
from contactflow.erasure.fences import fences
from contactflow.erasure.wire import Index, Person
from contactflow.events.erasures import ParticipantName
from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.testing.clock import NOON
from contactflow.vault import Identity, indexer


def a_round(work: Work, *identities: Identity, **said: Any) -> Round:
    """The first of a request about whoever has these identities; `said` are fields of Round."""
    hashes = indexer(work.session.info)
    indexes = frozenset(hashes.indexes(identities))
    plain: dict[str, Any] = {"request_id": new_id(), "number": 1, "position": 1}
    plain |= {"fenced_at": NOON, "indexes": indexes, "fences": fences(hashes, indexes)}
    return Round(**{**plain, "subjects": frozenset(), **said})


async def erased(
    work: Work, *identities: Identity, by: ParticipantName = "crm", **said: Any
) -> Round:
    """Have such a round done."""
    what = a_round(work, *identities, **said)
    await erase(work, what, by=by, at=NOON)
    await work.session.flush()
    return what


def named(work: Work, *identities: Identity, **subjects: tuple[UUID, ...]) -> Person:
    """As privacy asks for somebody, by identities and by what services call them."""
    indexes = indexer(work.session.info).indexes(identities)
    said = {"indexes": tuple(map(Index.of, indexes)), "subjects": subjects}
    return Person.model_validate(said)

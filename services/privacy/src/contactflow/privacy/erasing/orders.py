"""What one participant has to do for one request."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from contactflow.erasure.wire import Order, Person
from contactflow.events.erasures import ParticipantName
from contactflow.persistence import Work
from contactflow.privacy.requests.dossier import Dossier
from contactflow.privacy.requests.errors import RequestNotFoundError
from contactflow.privacy.requests.model import OPEN, RightsRequest
from contactflow.vault import opened, reading

REQUESTS: Final[Any] = RightsRequest.__table__


async def order(work: Work, request_id: UUID, name: ParticipantName) -> Order:
    """Raises RequestNotFoundError when it is over, or when there is nothing to do."""
    found = await opened(work, Dossier, reading(Dossier).where(Dossier.id == request_id))
    request = await work.session.get(RightsRequest, (work.workspace_id, request_id))
    if request is None or not found or not _to_do(request):
        raise RequestNotFoundError
    person = found[0].found or Person()
    told = order_of(request, person, name)
    if not told.restricted and await _restricted_by_another(work, request_id, person):
        return told.model_copy(update={"restricted": True})
    return told


def order_of(request: RightsRequest, person: Person, name: ParticipantName) -> Order:
    """Their part of it: of others' subjects only whom nothing may join to theirs any more."""
    return Order(
        request_id=request.id,
        round=request.round,
        position=request.position,
        fenced_at=request.fenced_at if request.position else None,
        restricted=request.restricted,
        indexes=person.indexes,
        subjects=person.subjects.get(name, ()),
        elsewhere={other: ids for other, ids in person.subjects.items() if other != name},
    )


async def _restricted_by_another(work: Work, request_id: UUID, person: Person) -> bool:
    """Whether they are restricted by an open request besides this one, too."""
    others = select(REQUESTS.c.id).where(
        REQUESTS.c.restricted, REQUESTS.c.status.in_(OPEN), REQUESTS.c.id != request_id
    )
    dossiers = await opened(work, Dossier, reading(Dossier).where(Dossier.id.in_(others)))
    return any(_overlap(person, one.found or Person()) for one in dossiers)


def _overlap(one: Person, other: Person) -> bool:
    """Whether they have an identity in common, or a subject of the same service."""
    shared = ({*ids} & {*other.subjects.get(name, ())} for name, ids in one.subjects.items())
    return bool({*one.indexes} & {*other.indexes}) or any(shared)


def _to_do(request: RightsRequest) -> bool:
    """One that is over and still has its dossier was restricted: whoever was away lifts that."""
    return bool(request.position) or request.restricted or not request.is_open

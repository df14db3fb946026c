"""What one participant has to do for one request."""

from uuid import UUID

from contactflow.erasure.wire import Order, Person
from contactflow.events.erasures import ParticipantName
from contactflow.persistence import Work
from contactflow.privacy.requests.dossier import Dossier
from contactflow.privacy.requests.errors import RequestNotFoundError
from contactflow.privacy.requests.model import RightsRequest
from contactflow.vault import opened, reading


async def order(work: Work, request_id: UUID, name: ParticipantName) -> Order:
    """Raises RequestNotFoundError when it is over, or when there is nothing to do."""
    found = await opened(work, Dossier, reading(Dossier).where(Dossier.id == request_id))
    request = await work.session.get(RightsRequest, (work.workspace_id, request_id))
    if request is None or not found or not _to_do(request):
        raise RequestNotFoundError
    return order_of(request, found[0].found or Person(), name)


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


def _to_do(request: RightsRequest) -> bool:
    """One that is over and still has its dossier was restricted: whoever was away lifts that."""
    return bool(request.position) or request.restricted or not request.is_open

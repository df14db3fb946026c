"""A request is taken back, or was never shown to be anybody's."""

from datetime import datetime
from uuid import UUID

from contactflow.privacy.requests import promises
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.service.actors import US
from contactflow.privacy.requests.service.closing import close
from contactflow.privacy.requests.service.ports import Requests


async def cancel(requests: Requests, *, request_id: UUID, by: str, at: datetime) -> RightsRequest:
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    lifts = request.restricted
    request.cancel(by=by, at=at)
    if dossier:
        await close(requests, request, dossier, keeping=lifts, at=at)
    await requests.note("cancelled", request, by=by, at=at)
    return request


async def expire(requests: Requests, *, request_id: UUID, at: datetime) -> None:
    """Cancel what came from the public and was never shown to be anybody's, once it is due."""
    await requests.dossier(request_id)  # held: nobody verifies it meanwhile
    request = await requests.get(request_id)
    if request.received_via != "form" or request.status != "verifying_identity":
        return
    if at >= request.due_at:
        await cancel(requests, request_id=request_id, by=US, at=at)
    else:  # it was extended
        await requests.promise(promises.EXPIRE, request, at=request.due_at)

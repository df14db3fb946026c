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
    """Close what came from the public and was never shown to be anybody's, once it is due.

    Only where a code could have shown it: who has left a number is owed an officer's answer.
    """
    dossier = await requests.dossier(request_id)  # held: nobody verifies it meanwhile
    request = await requests.get(request_id)
    if request.received_via != "form" or request.status != "verifying_identity":
        return
    if dossier is None or not dossier.email:
        return
    if at >= request.due_at:
        request.lapse(by=US, at=at)
        await close(requests, request, dossier, at=at)
        code = request.reason_code
        await requests.note("cancelled", request, by=US, at=at, reason_code=code)
    else:  # it was extended
        await requests.promise(promises.EXPIRE, request, at=request.due_at)

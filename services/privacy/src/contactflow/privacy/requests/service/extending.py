"""More time is taken for a request."""

from datetime import datetime
from uuid import UUID

from contactflow.privacy.requests import promises
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.service.ports import Requests


async def extend(
    requests: Requests, *, request_id: UUID, reason: str, by: str, at: datetime
) -> RightsRequest:
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    request.extend(at=at)
    if dossier:
        dossier.reason = reason
        if dossier.email:
            await requests.promise(promises.TELL_EXTENSION, request)
    await requests.promise(promises.WARN, request, at=request.warned_at)
    await requests.note("extended", request, by=by, at=at)
    return request

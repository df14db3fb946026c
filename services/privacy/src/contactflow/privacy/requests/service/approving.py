"""A request is granted: from here on people are erased."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from contactflow.privacy.requests import promises
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.service.decisions import Decision
from contactflow.privacy.requests.service.ports import Requests


async def approve(
    requests: Requests,
    *,
    request_id: UUID,
    decision: Decision,
    claims: Collection[UUID],
    at: datetime,
) -> RightsRequest:
    """`claims`: those who only claimed to be the person and shall be erased with them."""
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    request.expect(decision.version)
    request.approve(by=decision.by, at=at)
    if dossier:
        dossier.include(claims)
    await requests.promise(promises.ADVANCE, request)
    await requests.note("approved", request, by=decision.by, at=at, claims=len(claims))
    return request

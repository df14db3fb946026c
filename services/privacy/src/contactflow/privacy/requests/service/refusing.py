"""A request is refused, and the person told why."""

from datetime import datetime
from uuid import UUID

from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.service.closing import answering, close
from contactflow.privacy.requests.service.decisions import Decision, Refusal
from contactflow.privacy.requests.service.ports import Requests


async def refuse(
    requests: Requests, *, request_id: UUID, decision: Decision, refusal: Refusal, at: datetime
) -> RightsRequest:
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    request.expect(decision.version)
    lifts = request.restricted
    request.refuse(refusal.reason_code, by=decision.by, at=at)
    if dossier:
        answer = answering(request, dossier, "refused")
        if answer:
            text = refusal.text if request.verified_by else None  # it may be anybody's address
            answer.refused(refusal.reason_code, text)
        await close(requests, request, dossier, answer=answer, keeping=lifts, at=at)
    code = refusal.reason_code
    await requests.note("refused", request, by=decision.by, at=at, reason_code=code)
    return request

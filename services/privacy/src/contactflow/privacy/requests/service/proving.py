"""It is shown to come from the person: by a code, or by an officer's word."""

from datetime import datetime
from uuid import UUID

from contactflow.privacy.requests import promises
from contactflow.privacy.requests.dossier import Dossier
from contactflow.privacy.requests.errors import (
    NoEmailError,
    RequestStateError,
    SeveralIdentifiersError,
)
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.service.actors import BY_CODE
from contactflow.privacy.requests.service.ports import Count, Requests
from contactflow.vault import OneTimeCode, attempt


async def send_code(
    requests: Requests, *, request_id: UUID, count: Count, by: str, at: datetime
) -> RightsRequest:
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    if dossier is None or request.status != "verifying_identity":
        raise RequestStateError(state=request.status)
    if not dossier.email:
        raise NoEmailError
    if dossier.needs_an_officer:
        raise SeveralIdentifiersError
    [address, *_] = await requests.indexes(one.identity for one in dossier.identifiers)
    await count(address.digest)
    await new_code(requests, request, dossier, at)
    await requests.note("code_sent", request, by=by, at=at)
    return request


async def attest(
    requests: Requests, *, request_id: UUID, evidence: str, by: str, at: datetime
) -> RightsRequest:
    """An officer says that they know who asks, and how."""
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    request.verify(by=by, at=at)
    if dossier:
        dossier.evidence = evidence
    await requests.promise(promises.ADVANCE, request)
    await requests.note("verified", request, by=by, at=at, method="officer_attestation")
    return request


async def prove(
    requests: Requests, *, request_id: UUID, code: str, by: str, at: datetime
) -> RightsRequest | None:
    """Whoever has the code reads the person's mail: None for any other code. Commit either way.

    Raises SeveralIdentifiersError: reading one's mail shows nobody's number to be theirs.
    """
    dossier = await requests.dossier(request_id)
    if dossier and dossier.needs_an_officer:
        raise SeveralIdentifiersError
    right, left = attempt(dossier.code if dossier else None, code, at=at)
    if dossier:
        dossier.code = left
    if not right:
        return None
    request = await requests.get(request_id)
    if request.status == "verifying_identity":
        request.verify(by=BY_CODE, at=at)
        await requests.promise(promises.ADVANCE, request)
        await requests.note("verified", request, by=by, at=at, method="code")
    return request


async def new_code(
    requests: Requests, request: RightsRequest, dossier: Dossier, at: datetime
) -> None:
    dossier.code = OneTimeCode.new(at=at)
    await requests.promise(promises.SEND_CODE, request)

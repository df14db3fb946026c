"""Rights requests over HTTP, for officers: parse, call, return."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contactflow.kernel import encode
from contactflow.privacy.receipts import queries as receipts
from contactflow.privacy.receipts.schemas import ReceiptOut
from contactflow.privacy.requests import queries, service
from contactflow.privacy.requests.dependencies import Desk, RightsDecide, RightsRead, RightsWrite
from contactflow.privacy.requests.limits import TO_ADDRESS
from contactflow.privacy.requests.schemas import (
    ApproveIn,
    ExtendIn,
    PreviewOut,
    RefuseIn,
    RequestDetailOut,
    RequestId,
    RequestIn,
    RequestOut,
    VerifyIn,
    Wanted,
)
from contactflow.privacy.requests.service import Decision, Refusal
from contactflow.privacy.workspaces.repository import current
from contactflow.vault import CodeRejectedError
from contactflow.web import IfMatch, Now, Page, Paging
from contactflow.web.problems import told_as_problem

router = APIRouter(prefix="/v1/rights-requests", tags=["rights requests"])


@router.post("", status_code=201, summary="Enter a rights request")
async def create_rights_request(
    new: RequestIn, desk: RightsWrite, response: Response
) -> RequestDetailOut:
    workspace = await current(desk.requests.work)
    request = await service.receive(
        desk.requests,
        intake=new.intake(at=desk.at, locale=workspace.locale),
        identifiers=[one.identifier for one in new.identifiers],
        by=desk.by,
        at=desk.at,
    )
    return await _as_it_is_now(desk, request.id, response)


@router.get("", summary="List rights requests")
async def list_rights_requests(
    work: RightsRead, paging: Paging, at: Now, status: Wanted | None = None
) -> Page[RequestOut]:
    """Newest first; `open` has whatever is not completed, refused or cancelled."""
    return await queries.newest(work, paging, status=status, at=at)


@router.get("/{request_id}", summary="Read a rights request")
async def get_rights_request(
    request_id: RequestId, work: RightsRead, at: Now, response: Response
) -> RequestDetailOut:
    row = await queries.one(work, request_id)
    response.headers["ETag"] = f'"{row.version}"'
    return await queries.detail(work, row, at=at)


@router.post(
    "/{request_id}/verify",
    summary="Say that it is the person's own",
    response_model=RequestDetailOut,
)
async def verify_rights_request(
    http: Request, request_id: RequestId, by: VerifyIn, desk: RightsWrite, response: Response
) -> RequestDetailOut | Response:
    """With your word, and what it rests on; or, for one address alone, with the code sent to it."""
    requests, who, at = desk
    if by.evidence:
        await service.attest(requests, request_id=request_id, evidence=by.evidence, by=who, at=at)
    elif not await service.prove(
        requests, request_id=request_id, code=by.code or "", by=who, at=at
    ):
        return told_as_problem(http.scope, CodeRejectedError())  # not raised: the try is kept
    return await _as_it_is_now(desk, request_id, response)


@router.post("/{request_id}/codes", status_code=202, summary="Send the person a code")
async def send_rights_code(
    http: Request, request_id: RequestId, desk: RightsWrite, response: Response
) -> RequestDetailOut:
    """To the e-mail address that is the one identifier; good for 10 minutes and 5 tries."""
    count = partial(http.app.state.limiter.take, TO_ADDRESS)
    await service.send_code(
        desk.requests, request_id=request_id, count=count, by=desk.by, at=desk.at
    )
    return await _as_it_is_now(desk, request_id, response)


@router.get("/{request_id}/preview", summary="Read what an erasure would delete")
async def preview_rights_request(request_id: RequestId, work: RightsRead) -> PreviewOut:
    return await queries.preview(work, request_id)


@router.post("/{request_id}/approve", status_code=202, summary="Approve a rights request")
async def approve_rights_request(
    request_id: RequestId,
    said: ApproveIn,
    desk: RightsDecide,
    response: Response,
    version: IfMatch = None,
) -> RequestDetailOut:
    """Erase. It cannot be taken back."""
    await service.approve(
        desk.requests,
        request_id=request_id,
        decision=Decision(desk.by, version),
        claims=frozenset(said.claims),
        at=desk.at,
    )
    return await _as_it_is_now(desk, request_id, response)


@router.post("/{request_id}/refuse", summary="Refuse a rights request")
async def refuse_rights_request(
    request_id: RequestId,
    said: RefuseIn,
    desk: RightsDecide,
    response: Response,
    version: IfMatch = None,
) -> RequestDetailOut:
    """The person is told the reason, and whom they may complain to."""
    await service.refuse(
        desk.requests,
        request_id=request_id,
        decision=Decision(desk.by, version),
        refusal=Refusal(said.reason_code, said.text),
        at=desk.at,
    )
    return await _as_it_is_now(desk, request_id, response)


@router.post("/{request_id}/extend", summary="Extend the time of a rights request")
async def extend_rights_request(
    request_id: RequestId, said: ExtendIn, desk: RightsWrite, response: Response
) -> RequestDetailOut:
    """By two months, once, before the time is over. The person is told until when, and why.

    By e-mail; without an address, or before the identity is verified, give the reason yourself.
    """
    await service.extend(
        desk.requests, request_id=request_id, reason=said.reason, by=desk.by, at=desk.at
    )
    return await _as_it_is_now(desk, request_id, response)


@router.post("/{request_id}/cancel", summary="Cancel a rights request")
async def cancel_rights_request(
    request_id: RequestId, desk: RightsDecide, response: Response
) -> RequestDetailOut:
    """The person has taken it back."""
    await service.cancel(desk.requests, request_id=request_id, by=desk.by, at=desk.at)
    return await _as_it_is_now(desk, request_id, response)


@router.post("/{request_id}/answers", status_code=202, summary="Send an answer again")
async def send_rights_answer(
    request_id: RequestId, desk: RightsWrite, response: Response
) -> RequestDetailOut:
    """One that was not delivered, to the same address, which is kept for 30 days."""
    await service.tell_again(desk.requests, request_id=request_id, by=desk.by, at=desk.at)
    return await _as_it_is_now(desk, request_id, response)


@router.get("/{request_id}/receipt", summary="Read the receipt of an erasure")
async def get_rights_receipt(request_id: RequestId, work: RightsRead) -> ReceiptOut:
    request = await queries.one(work, request_id)
    return await receipts.one(work, request_id, status=request.status)


async def _as_it_is_now(desk: Desk, request_id: UUID, response: Response) -> RequestDetailOut:
    work = desk.requests.work
    response.headers["Location"] = f"/v1/rights-requests/{encode('rr', request_id)}"
    return await get_rights_request(request_id, work, desk.at, response)

"""Rights requests over HTTP, for the people themselves: parse, call, return."""

from fastapi import APIRouter

from contactflow.privacy.public.dependencies import AtTheDoor, WithToken
from contactflow.privacy.public.schemas import (
    AcceptedOut,
    CodeIn,
    PublicRequestIn,
    PublicRequestOut,
    TokenOut,
)
from contactflow.privacy.requests.schemas import RequestId
from contactflow.web import Now

router = APIRouter(prefix="/v1/public/rights-requests", tags=["rights requests"])


@router.post("", status_code=202, summary="Ask for your data to be erased")
async def ask_for_erasure(new: PublicRequestIn, visitor: AtTheDoor, at: Now) -> AcceptedOut:
    """The answer is the same whether or not anybody knows you.

    To an e-mail address goes a code, always; who leaves a phone number is called by an officer.
    """
    request_id = await visitor.door.receive(
        new.workspace, new.identifier.identifier, locale=new.locale, client=visitor.client, at=at
    )
    return AcceptedOut(id=request_id)


@router.post("/{request_id}/verify", summary="Show that the request is yours")
async def prove_request(
    request_id: RequestId, said: CodeIn, visitor: AtTheDoor, at: Now
) -> TokenOut:
    token = await visitor.door.prove(request_id, said.code, client=visitor.client, at=at)
    return TokenOut(token=token)


@router.get("/{request_id}", summary="Read how far your request is")
async def get_own_request(request_id: RequestId, visitor: WithToken) -> PublicRequestOut:
    return PublicRequestOut.model_validate(await visitor.door.read(request_id, visitor.token))

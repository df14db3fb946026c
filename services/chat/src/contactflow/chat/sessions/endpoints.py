"""Web chat over HTTP, for visitors: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from contactflow.chat.conversations import queries
from contactflow.chat.conversations import service as conversations
from contactflow.chat.conversations.pace import Pace
from contactflow.chat.conversations.schemas import MessageOut
from contactflow.chat.sessions import service
from contactflow.chat.sessions.dependencies import (
    CurrentEntrance,
    CurrentGuest,
    GuestReads,
    GuestWrites,
    Reception,
)
from contactflow.chat.sessions.schemas import (
    AcceptedOut,
    DisclosureOut,
    MessagesOut,
    SessionIn,
    SessionOut,
    VisitorMessageIn,
)
from contactflow.kernel import new_token
from contactflow.web import Now
from contactflow.web.locales import preferred

router = APIRouter(prefix="/v1/public/web-chat", tags=["web chat"])


@router.post("/sessions", status_code=201, summary="Open a chat session")
async def open_session(
    *, request: Request, new: SessionIn, entrance: CurrentEntrance, sessions: Reception, at: Now
) -> SessionOut:
    """Open a conversation with a channel; its first words disclose the AI."""
    token = new_token()
    locale = new.locale or preferred(request.headers.get("accept-language", ""))
    visitor = service.Visitor(locale, new.visitor.claims)
    session, disclosure = await service.open_session(
        sessions, channel=entrance, visitor=visitor, token=token, at=at
    )
    return SessionOut(
        token=token,
        conversation_id=session.conversation_id,
        expires_at=session.expires_at,
        disclosure=DisclosureOut(text=disclosure.text or "", locale=locale),
    )


@router.post("/messages", status_code=202, summary="Send a message as a visitor")
async def send_message(
    *, request: Request, new: VisitorMessageIn, guest: CurrentGuest, writes: GuestWrites, at: Now
) -> AcceptedOut:
    """The same `client_message_id` again is the same message."""
    pace: Pace = request.app.state.pace
    message = await conversations.receive(
        writes,
        conversation_id=guest.conversation_id,
        text=new.text,
        client_message_id=new.client_message_id,
        pace=pace,
        at=at,
    )
    return AcceptedOut(message=MessageOut.model_validate(message))


@router.get("/messages", summary="List messages as a visitor")
async def list_messages(
    guest: CurrentGuest, work: GuestReads, cursor: Annotated[int, Query(ge=0, lt=2**31)] = 0
) -> MessagesOut:
    """List what was said after the place `cursor`, oldest first, at most 100."""
    said = await queries.since(work, guest.conversation_id, cursor)
    return MessagesOut(data=tuple(said))

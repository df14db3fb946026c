"""What a visitor's endpoint may ask for: who is there, and their transaction."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends, Request, Response

from contactflow.chat.channels.model import admit
from contactflow.chat.conversations.errors import ConversationNotFoundError
from contactflow.chat.conversations.repository import SqlConversations
from contactflow.chat.sessions.door import Door, Entrance, Guest
from contactflow.chat.sessions.errors import SessionEndedError
from contactflow.chat.sessions.repository import SqlSessions
from contactflow.chat.sessions.schemas import SessionIn
from contactflow.kernel import GoneError
from contactflow.persistence import Work
from contactflow.web import CurrentPrincipal, Now, UnauthenticatedError, requires
from contactflow.web.limits import Limiter, Rate
from contactflow.web.principals import VISITOR_SCOPE
from contactflow.web.requests import VISITOR_TOKEN

OPENED: Final = Rate("web_chat_sessions", 30, timedelta(minutes=10))
WRITTEN: Final = Rate("web_chat_messages", 60, timedelta(minutes=1))


async def entrance(
    request: Request, response: Response, new: SessionIn, who: CurrentPrincipal
) -> Entrance:
    """The channel that the visitor names, if their page may."""
    await _take(OPENED, who.client or "nobody", request, response)
    door: Door = request.app.state.door
    found = await door.entrance(new.channel_key)
    admit(request.headers.get("origin"), found.allowed_origins, asked(request))
    return found


CurrentEntrance = Annotated[Entrance, Depends(entrance)]


async def sessions(request: Request, entrance: CurrentEntrance) -> AsyncIterator[SqlSessions]:
    async with request.app.state.works.begin(entrance.workspace_id) as work:
        yield SqlSessions(work)


async def guest(request: Request, at: Now) -> Guest:
    """Whose token it is. Raises SessionEndedError."""
    token = request.headers.get(VISITOR_TOKEN)
    if token is None:
        raise UnauthenticatedError(wants=VISITOR_SCOPE)
    door: Door = request.app.state.door
    found = await door.guest(token, at=at)
    admit(request.headers.get("origin"), found.allowed_origins, asked(request))
    return found


AnyGuest = Annotated[Guest, Depends(guest)]


async def guest_work(request: Request, guest: AnyGuest) -> AsyncIterator[Work]:
    """The visitor's transaction; who was erased meanwhile has no session any more.

    Nor has who lost the conversation: it went with them.
    """
    try:
        async with request.app.state.works.begin(guest.workspace_id) as work:
            yield work
    except (GoneError, ConversationNotFoundError):
        raise SessionEndedError from None


GuestWork = Annotated[Work, Depends(guest_work, scope="function")]


async def limited(request: Request, response: Response, guest: AnyGuest) -> None:
    await _take(WRITTEN, str(guest.session_id), request, response)


async def writing(_: Annotated[None, Depends(limited)], work: GuestWork) -> SqlConversations:
    """Counted before the transaction begins."""
    return SqlConversations(work)


async def _take(rate: Rate, who: str, request: Request, response: Response) -> None:
    """Count one, and tell how many are left."""
    limiter: Limiter = request.app.state.limiter
    response.headers["RateLimit"] = await limiter.take(rate, who)
    response.headers["RateLimit-Policy"] = rate.policy


async def same_work(work: GuestWork) -> Work:
    return work


async def same_guest(guest: AnyGuest) -> Guest:
    return guest


async def same_sessions(
    sessions: Annotated[SqlSessions, Depends(sessions, scope="function")],
) -> SqlSessions:
    return sessions


CurrentGuest = Annotated[Guest, requires(VISITOR_SCOPE, same_guest)]
GuestReads = Annotated[Work, requires(VISITOR_SCOPE, same_work)]
GuestWrites = Annotated[SqlConversations, requires(VISITOR_SCOPE, writing)]
Reception = Annotated[SqlSessions, requires("public", same_sessions)]


def asked(request: Request) -> str:
    """The host that the browser asked, as the gateway tells it."""
    return request.headers.get("x-forwarded-host", "")

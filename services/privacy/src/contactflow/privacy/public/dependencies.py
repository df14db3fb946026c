"""What the public door's endpoints may ask for."""

from typing import Annotated, NamedTuple

from fastapi import Request

from contactflow.privacy.public.door import Door
from contactflow.web import CurrentPrincipal, requires
from contactflow.web.principals import VISITOR_SCOPE
from contactflow.web.requests import VISITOR_TOKEN


class Visitor(NamedTuple):
    """Somebody at the door; `client` tells them from others, and tells no address."""

    door: Door
    client: str
    token: str | None


async def visitor(request: Request, who: CurrentPrincipal) -> Visitor:
    token = request.headers.get(VISITOR_TOKEN)
    return Visitor(request.app.state.door, who.client or "nobody", token)


AtTheDoor = Annotated[Visitor, requires("public", visitor)]
WithToken = Annotated[Visitor, requires(VISITOR_SCOPE, visitor)]

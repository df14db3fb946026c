"""What the public door's endpoints may ask for."""

from typing import Annotated, Final, NamedTuple

from fastapi import Request

from contactflow.privacy.public.door import Door
from contactflow.web import CurrentPrincipal, requires

TOKEN: Final = "contactflow-visitor-token"  # noqa: S105  the name of a header


class Visitor(NamedTuple):
    """Somebody at the door; `client` tells them from others, and tells no address."""

    door: Door
    client: str
    token: str | None


async def visitor(request: Request, who: CurrentPrincipal) -> Visitor:
    return Visitor(request.app.state.door, who.client or "nobody", request.headers.get(TOKEN))


AtTheDoor = Annotated[Visitor, requires("public", visitor)]

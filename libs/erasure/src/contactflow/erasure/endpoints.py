"""What privacy asks of a participant: what it knows of somebody, what it still holds of them."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Request

from contactflow.erasure import discovery
from contactflow.erasure.belongings import NAME, Belongings
from contactflow.erasure.links import Links
from contactflow.erasure.queries import deleted
from contactflow.erasure.residue import residue
from contactflow.erasure.wire import Discovered, Person, Verified
from contactflow.events.erasures import ParticipantName
from contactflow.kernel import RefusedError
from contactflow.persistence import Work
from contactflow.web import CurrentPrincipal, CurrentWork, requires
from contactflow.web.principals import INTERNAL_SCOPE

ASKS: Final = "privacy"


async def asked_by_privacy(who: CurrentPrincipal, work: CurrentWork) -> Work:
    """No other service has a use for who somebody is here. Raises RefusedError."""
    if who.id != ASKS:
        raise RefusedError
    return work


Asked = Annotated[Work, requires(INTERNAL_SCOPE, asked_by_privacy)]


def router(name: ParticipantName, links: Links, folder: str | None = None) -> APIRouter:
    """The internal routes of this participant."""
    routes = APIRouter(prefix="/internal/erasures", tags=["internal"], include_in_schema=False)

    @routes.post("/discover")
    async def discover(asked: Person, work: Asked) -> Discovered:
        """Say who of our people this is, and how many rows that would be."""
        return await discovery.discover(work, asked, by=name, links=links)

    @routes.post("/{request_id}/verify")
    async def verify(request_id: UUID, asked: Person, work: Asked, request: Request) -> Verified:
        """Say what was deleted, and look again for what is left."""
        left = await residue(work, asked, by=name)
        if folder:
            belongings = Belongings(request.app.state.objects, folder)
            people = asked.subjects.get(name, ())
            if objects := await belongings.count(work.workspace_id, people):
                left[NAME] = objects
        return Verified(deleted=await deleted(work, request_id), residue=left)

    return routes

"""What privacy asks of a participant: what it knows of somebody, what it still holds of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from contactflow.erasure import discovery
from contactflow.erasure.links import Links
from contactflow.erasure.queries import deleted
from contactflow.erasure.residue import residue
from contactflow.erasure.wire import Discovered, Person, Verified
from contactflow.events.erasures import ParticipantName
from contactflow.persistence import Work
from contactflow.web import requires
from contactflow.web.principals import INTERNAL_SCOPE

Internal = Annotated[Work, requires(INTERNAL_SCOPE)]


def router(name: ParticipantName, links: Links) -> APIRouter:
    """The internal routes of this participant."""
    routes = APIRouter(prefix="/internal/erasures", tags=["internal"], include_in_schema=False)

    @routes.post("/discover")
    async def discover(asked: Person, work: Internal) -> Discovered:
        """Say who of our people this is, and how many rows that would be."""
        return await discovery.discover(work, asked, by=name, links=links)

    @routes.post("/{request_id}/verify")
    async def verify(request_id: UUID, asked: Person, work: Internal) -> Verified:
        """Say what was deleted, and look again for what is left."""
        return Verified(
            deleted=await deleted(work, request_id), residue=await residue(work, asked, by=name)
        )

    return routes

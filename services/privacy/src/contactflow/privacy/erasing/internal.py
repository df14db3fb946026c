"""What a participant fetches: what it has to do for a request."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from contactflow.erasure.wire import Order
from contactflow.events.erasures import PARTICIPANTS
from contactflow.kernel import RefusedError
from contactflow.persistence import Work
from contactflow.privacy.erasing.orders import order
from contactflow.web import CurrentPrincipal, requires

router = APIRouter(prefix="/internal/rights-requests", tags=["internal"])
Internal = Annotated[Work, requires("internal")]


@router.get("/{request_id}/order")
async def get_order(request_id: UUID, work: Internal, who: CurrentPrincipal) -> Order:
    """Tell a participant its part, and nobody else's."""
    for name in PARTICIPANTS:
        if (who.kind, who.id) == ("service", name):
            return await order(work, request_id, name)
    raise RefusedError

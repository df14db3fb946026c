"""What a timeline endpoint may ask for, and the scope it needs."""

from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Request

from contactflow.crm.timeline.queries import Asked
from contactflow.persistence import Works
from contactflow.web import CurrentPrincipal, requires
from contactflow.web.errors import WorkspaceRequiredError


class Reader(NamedTuple):
    """Reads one workspace in short transactions, so that none is open while others are asked."""

    works: Works
    workspace_id: UUID
    asked: Asked


async def reader(request: Request, who: CurrentPrincipal) -> Reader:
    if who.workspace_id is None:
        raise WorkspaceRequiredError
    return Reader(request.app.state.works, who.workspace_id, request.app.state.asked)


TimelineRead = Annotated[Reader, requires("timeline:read", reader)]

"""What an e-mail endpoint may ask for, and the scope it needs."""

from typing import Annotated
from uuid import UUID

from fastapi import Request

from contactflow.gateway.emails.intake import Intake
from contactflow.web import CurrentPrincipal, requires
from contactflow.web.errors import WorkspaceRequiredError
from contactflow.web.principals import INTERNAL_SCOPE


async def intake(request: Request) -> Intake:
    found: Intake = request.app.state.intake
    return found


async def workspace(who: CurrentPrincipal) -> UUID:
    if who.workspace_id is None:
        raise WorkspaceRequiredError
    return who.workspace_id


OpenIntake = Annotated[Intake, requires(INTERNAL_SCOPE, intake)]
OwnWorkspace = Annotated[UUID, requires(INTERNAL_SCOPE, workspace)]

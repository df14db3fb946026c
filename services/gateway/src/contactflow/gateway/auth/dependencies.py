"""What such an endpoint may ask for, and the scope it needs."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from contactflow.gateway.access.doorman import Doorman
from contactflow.gateway.accounts.repository import SqlAccounts
from contactflow.gateway.auth.desk import Desk
from contactflow.gateway.auth.proofs import Proofs
from contactflow.gateway.sessions.model import Traces
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.web import requires
from contactflow.web.principals import SESSION_SCOPE


async def desk(request: Request) -> Desk:
    found: Desk = request.app.state.desk
    return found


async def proofs(request: Request) -> Proofs:
    found: Proofs = request.app.state.proofs
    return found


async def doorman(request: Request) -> Doorman:
    found: Doorman = request.app.state.doorman
    return found


CurrentDoorman = Annotated[Doorman, Depends(doorman)]


async def traces(request: Request, at_door: CurrentDoorman) -> Traces:
    return await at_door.clients.traces(request.scope)


async def accounts(request: Request) -> AsyncIterator[SqlAccounts]:
    """Accounts lie in the platform workspace, whichever one their holder works in."""
    async with request.app.state.works.begin(PLATFORM_WORKSPACE_ID) as work:
        yield SqlAccounts(work)


PlatformAccounts = Annotated[SqlAccounts, Depends(accounts, scope="function")]


async def same(found: PlatformAccounts) -> SqlAccounts:
    return found


OpenDesk = Annotated[Desk, requires("public", desk)]
OpenProofs = Annotated[Proofs, requires("public", proofs)]
OwnProofs = Annotated[Proofs, requires(SESSION_SCOPE, proofs)]
OwnAccount = Annotated[SqlAccounts, requires(SESSION_SCOPE, same)]
LoggedIn = Annotated[Doorman, requires(SESSION_SCOPE, doorman)]
CurrentTraces = Annotated[Traces, Depends(traces)]

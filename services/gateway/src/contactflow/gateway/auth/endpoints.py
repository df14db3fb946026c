"""Signing up, logging in and out over HTTP: parse, call, return."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from contactflow.gateway.auth.dependencies import (
    CurrentDoorman,
    CurrentTraces,
    LoggedIn,
    OpenDesk,
    OwnAccount,
)
from contactflow.gateway.auth.schemas import (
    BelongingOut,
    LoggedInOut,
    LoginIn,
    MeOut,
    SignedUpOut,
    SignUpIn,
    UserOut,
    WorkspaceOut,
)
from contactflow.gateway.workspaces import queries as workspaces
from contactflow.web import CurrentPrincipal
from contactflow.web.principals import SESSION_SCOPE

router = APIRouter(prefix="/v1", tags=["accounts"])


@router.post("/auth/signup", status_code=201, summary="Sign up and open a workspace")
async def sign_up(
    new: SignUpIn, desk: OpenDesk, traces: CurrentTraces, door: CurrentDoorman, response: Response
) -> SignedUpOut:
    begun, token = await desk.sign_up(new.wish, traces)
    door.cookies.give(response, token)
    response.headers["Location"] = "/v1/me"
    return SignedUpOut(
        user=UserOut.model_validate(begun.account),
        workspace=WorkspaceOut.model_validate(begun.workspace),
    )


@router.post("/auth/login", summary="Log in")
async def log_in(
    *,
    request: Request,
    said: LoginIn,
    desk: OpenDesk,
    traces: CurrentTraces,
    door: CurrentDoorman,
    response: Response,
) -> LoggedInOut:
    admitted = await desk.log_in(said.email, said.password.get_secret_value(), traces)
    await door.forget(request.scope)  # nobody goes on under a token from before the login
    door.cookies.give(response, admitted.token)
    belongings = await workspaces.of(door.system, admitted.account.id)
    return LoggedInOut(
        user=UserOut.model_validate(admitted.account),
        workspaces=tuple(BelongingOut.model_validate(one) for one in belongings),
    )


@router.post("/auth/logout", status_code=204, summary="Log out")
async def log_out(request: Request, door: LoggedIn, response: Response) -> None:
    await door.forget(request.scope)
    door.cookies.take_back(response)


@router.get("/me", summary="Read who is logged in")
async def get_me(accounts: OwnAccount, who: CurrentPrincipal, door: CurrentDoorman) -> MeOut:
    account = await accounts.get(UUID(str(who.id)))
    belongings = {one.id: one for one in await workspaces.of(door.system, account.id)}
    chosen = belongings.get(who.workspace_id) if who.workspace_id else None
    return MeOut(
        user=UserOut.model_validate(account),
        workspace=WorkspaceOut.model_validate(chosen) if chosen else None,
        role=chosen.role if chosen else None,
        scopes=tuple(sorted(who.scopes - {SESSION_SCOPE})),
    )

"""Signing up, logging in and out over HTTP: parse, call, return."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from contactflow.gateway.auth.dependencies import (
    CurrentDoorman,
    CurrentTraces,
    LoggedIn,
    OpenDesk,
    OpenProofs,
    OwnAccount,
    OwnProofs,
)
from contactflow.gateway.auth.schemas import (
    BelongingOut,
    CodeIn,
    CodeSentOut,
    LoggedInOut,
    LoginIn,
    MeOut,
    NewPasswordIn,
    PasswordResetIn,
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


@router.post("/auth/email-verifications", status_code=202, summary="Get another code by e-mail")
async def send_verification(proofs: OwnProofs, who: CurrentPrincipal) -> CodeSentOut:
    await proofs.send_verification(UUID(str(who.id)))
    return CodeSentOut()


@router.post(
    "/auth/email-verifications/confirm", status_code=204, summary="Verify the e-mail address"
)
async def verify_email(said: CodeIn, proofs: OwnProofs, who: CurrentPrincipal) -> None:
    await proofs.verify(UUID(str(who.id)), said.code)


@router.post("/auth/password-resets", status_code=202, summary="Ask for a new password")
async def ask_for_password(
    said: PasswordResetIn, proofs: OpenProofs, traces: CurrentTraces
) -> CodeSentOut:
    """Answer the same whether there is such an account or not."""
    await proofs.send_reset(said.email, traces)
    return CodeSentOut()


@router.post("/auth/password-resets/confirm", status_code=204, summary="Choose a new password")
async def replace_password(said: NewPasswordIn, proofs: OpenProofs, traces: CurrentTraces) -> None:
    """Ends every session of the account."""
    await proofs.reset(said.email, said.code, said.password.get_secret_value(), traces)


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

"""What stands before privacy: login, cookie and signed tokens; every fault can be played on it."""

import json
from asyncio import Event
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contactflow.kernel import decode, encode
from contactflow.testing.tokens import Callers
from services.privacy.tests.conftest import SCOPES

EMAIL, PASSWORD = "nora@example.com", "correct horse battery staple"
COOKIE: Final = "cf_session"
REFUSED: Final = {
    "title": "Wrong e-mail or password",
    "detail": "Check both and try again.",
    "code": "invalid_credentials",
}


@dataclass
class Gate:
    """`spaces`: the workspaces of Nora, by their name. `faults`: what a path answers instead.

    `swallow`: so many changes happen, and their answers get lost. `holds`: what was asked of a
    path has its answer once the event is set.
    """

    app: ASGIApp
    callers: Callers
    spaces: dict[str, UUID]
    scopes: tuple[str, ...] = SCOPES
    ended: bool = False
    faults: dict[str, int] = field(default_factory=dict)
    swallow: int = 0
    holds: dict[str, Event] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    sent: list[tuple[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if not request.url.path.startswith("/v1/"):
            return await self.app(scope, receive, send)
        self.asked[request.url.path] += 1
        answer = await self._answer(request)
        if hold := self.holds.get(request.url.path):
            await hold.wait()
        return await answer(scope, receive, send)

    async def _answer(self, request: Request) -> ASGIApp:
        path = request.url.path
        if path in self.faults:
            return JSONResponse({"title": "Busy", "detail": "Come back later."}, self.faults[path])
        if path == "/v1/auth/login":
            return self._login(await request.json())
        if self.ended or request.cookies.get(COOKIE) != "nora":
            return JSONResponse({"code": "unauthenticated"}, 401)
        if path == "/v1/auth/logout":
            return self._logout()
        workspace_id = self._chosen(request.headers.get("contactflow-workspace"))
        return (
            self._me(workspace_id)
            if path == "/v1/me"
            else await self._passed(request, workspace_id)
        )

    def _login(self, said: dict[str, str]) -> Response:
        if said != {"email": EMAIL, "password": PASSWORD}:
            return JSONResponse(REFUSED, 401)
        spaces = [
            {"id": encode("ws", one), "name": name, "role": "privacy_officer"}
            for name, one in self.spaces.items()
        ]
        answer = JSONResponse({"user": {}, "workspaces": spaces})
        answer.set_cookie(COOKIE, "nora", httponly=True)
        self.ended = False
        return answer

    def _logout(self) -> Response:
        answer = Response(status_code=204)
        answer.delete_cookie(COOKIE)
        return answer

    def _chosen(self, wanted: str | None) -> UUID | None:
        if wanted:
            return decode("ws", wanted)
        [*only] = self.spaces.values()
        return only[0] if len(only) == 1 else None

    def _me(self, workspace_id: UUID | None) -> Response:
        names = {one: name for name, one in self.spaces.items()}
        space = workspace_id and {"id": encode("ws", workspace_id), "name": names[workspace_id]}
        return JSONResponse(
            {"user": {"name": "Nora"}, "workspace": space, "scopes": [*self.scopes, "session"]}
        )

    async def _passed(self, request: Request, workspace_id: UUID | None) -> ASGIApp:
        assert workspace_id
        if request.method == "POST":
            self.sent.append((request.url.path, json.loads(await request.body())))
            self.keys.append(request.headers["idempotency-key"])
        token = self.callers.user(workspace_id, *self.scopes)["Authorization"].encode()
        kept = [
            (k, v) for k, v in request.scope["headers"] if k not in {b"cookie", b"authorization"}
        ]

        async def passed(scope: Scope, receive: Receive, send: Send) -> None:
            headers = [*kept, (b"authorization", token)]
            lost = self.swallow and request.method == "POST"
            self.swallow -= bool(lost)
            told = _nobody if lost else send
            await self.app({**scope, "headers": headers}, _again(await request.body()), told)
            if lost:
                await JSONResponse({"title": "Busy"}, 503)(scope, receive, send)

        return passed


def _again(body: bytes) -> Receive:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _nobody(_: Message) -> None:
    """The answer gets lost."""

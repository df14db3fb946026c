"""Which methods a resource has."""

from typing import Final

from starlette.applications import Starlette
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KNOWN: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def allowed(app: Starlette, scope: Scope) -> str:
    """The value of Allow (RFC 9110, 10.2.1): of every route of this path, not of the first."""
    found = [one for one in KNOWN if _answers(app, {**scope, "method": one})]
    return ", ".join(["HEAD", *found] if "GET" in found else found)


def _answers(app: Starlette, scope: Scope) -> bool:
    return any(route.matches(scope)[0] is Match.FULL for route in app.routes)


class HeadMiddleware:
    """Answers HEAD as GET, without the content (RFC 9110, 9.3.2); a stream ends where it begins."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self._app(scope, receive, send)

        async def headed(message: Message) -> None:
            if message["type"] != "http.response.body":
                return await send(message)
            await send({"type": "http.response.body", "body": b""})
            if message.get("more_body"):
                raise _EnoughError
            return None

        try:
            await self._app({**scope, "method": "GET"}, receive, headed)
        except _EnoughError:
            return None
        return None


class _EnoughError(Exception):
    """What was asked for has been said."""

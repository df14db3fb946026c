"""What a request says of itself, below FastAPI."""

import re
from typing import Final, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contactflow.kernel import new_id

REQUEST_ID: Final = "contactflow.request_id"
OURS: Final = re.compile(r"[0-9a-f]{32}")


def header(scope: Scope, name: str) -> str:
    """The first header of that (lower-case) name, or nothing."""
    wanted = name.encode()
    found = (value for key, value in scope["headers"] if key == wanted)
    return cast(bytes, next(found, b"")).decode("latin-1")


def request_id(scope: Scope) -> str:
    """The id under which this request is logged and told about."""
    return cast(str, scope.get(REQUEST_ID, ""))


class RequestIdMiddleware:
    """Gives each request an id, and its answer an X-Request-Id.

    One that came with it is kept if it is 32 hexadecimal digits: anything freer could carry a
    name or a phone number into our logs.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its id."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = request_id(scope) or header(scope, "x-request-id")
        chosen = given if OURS.fullmatch(given) else new_id().hex

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(k, v) for k, v in message["headers"] if k.lower() != b"x-request-id"]
                message = {**message, "headers": [*kept, (b"x-request-id", chosen.encode())]}
            await send(message)

        return await self._app({**scope, REQUEST_ID: chosen}, receive, marked)

"""What was done once is shown again, not done again."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contactflow.web.body import replaying
from contactflow.web.idempotency import ReplayError
from contactflow.web.security import REPLAYING

OK: Final = 200
OF_THE_BODY: Final = {b"content-type", b"content-length", b"idempotency-key", b"if-match"}


class ReplayMiddleware:
    """Answers ReplayError with the stored status and the resource as it is now.

    An inner GET of its Location, by the same caller, so that every rule of reading holds.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and read instead if it was done before."""
        try:
            await self._app({**scope}, receive, send)
        except ReplayError as done:
            marked = _marked(send, done)
            await self._app(_reading(scope, done.location), replaying(b"", receive), marked)


def _reading(scope: Scope, location: str) -> Scope:
    headers = [(k, v) for k, v in scope["headers"] if k not in OF_THE_BODY]
    return {
        **scope,
        "method": "GET",
        "path": location,
        "raw_path": location.encode(),
        "query_string": b"",
        "headers": headers,
        REPLAYING: True,
    }


def _marked(send: Send, done: ReplayError) -> Send:
    async def mark(message: Message) -> None:
        if message["type"] == "http.response.start":
            more = [(b"idempotency-replayed", b"true"), (b"location", done.location.encode())]
            status = done.status if message["status"] == OK else message["status"]
            message = {**message, "status": status, "headers": [*message["headers"], *more]}
        await send(message)

    return mark

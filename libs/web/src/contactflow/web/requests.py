"""What a request says of itself, below FastAPI."""

import logging
import re
from collections.abc import Sequence
from time import monotonic
from typing import Final, cast

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contactflow.kernel import new_id
from contactflow.telemetry import bound

Headers = Sequence[tuple[bytes, bytes]]
log = logging.getLogger(__name__)
REQUEST_ID: Final = "contactflow.request_id"
OURS: Final = re.compile(r"[0-9a-f]{32}")
PROPAGATOR: Final = TraceContextTextMapPropagator()


def header(scope: Scope, name: str) -> str:
    """The first header of that (lower-case) name, or nothing."""
    wanted = name.encode()
    found = (value for key, value in scope["headers"] if key == wanted)
    return cast(bytes, next(found, b"")).decode("latin-1")


def request_id(scope: Scope) -> str:
    """The id under which this request is logged and told about."""
    return cast(str, scope.get(REQUEST_ID, ""))


class RequestIdMiddleware:
    """Gives each request an id, and its answer an X-Request-Id; in a trace, a traceparent too.

    One that came with it is kept if it is 32 hexadecimal digits: anything freer could carry a
    name or a phone number into our logs. Every line that is logged meanwhile says it, too; the
    last one how the request ended and how long that took, of a stream until its end. An answer
    that was passed on from another service names the span of that one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its id."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = request_id(scope) or header(scope, "x-request-id")
        chosen = given if OURS.fullmatch(given) else new_id().hex

        begun, status = monotonic(), 0

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _identified(message["headers"], chosen)}
            await send(message)

        with bound(request_id=chosen):
            try:
                await self._app({**scope, REQUEST_ID: chosen}, receive, marked)
            finally:
                took = round((monotonic() - begun) * 1000)
                said = {"method": scope["method"], "status": status, "duration_ms": took}
                log.info("request.done", extra=said)
        return None


def _identified(headers: Headers, chosen: str) -> Headers:
    carrier: dict[str, str] = {}
    if not any(name.lower() == b"traceparent" for name, _ in headers):
        PROPAGATOR.inject(carrier)
    kept = [(name, value) for name, value in headers if name.lower() != b"x-request-id"]
    ours = {"x-request-id": chosen, **carrier}
    return [*kept, *((name.encode(), value.encode()) for name, value in ours.items())]

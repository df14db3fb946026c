"""What a request says of itself, below FastAPI."""

import logging
import re
from collections.abc import Sequence
from time import monotonic
from typing import Any, Final, cast

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contactflow.kernel import new_id
from contactflow.telemetry import bound, metrics

Headers = Sequence[tuple[bytes, bytes]]
log = logging.getLogger(__name__)
REQUEST_ID: Final = "contactflow.request_id"
ROUTE: Final = "contactflow.route"
METHODS: Final = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
OURS: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EVENTS: Final = b"text/event-stream"
PROPAGATOR: Final = TraceContextTextMapPropagator()
VISITOR_TOKEN: Final = "ContactFlow-Visitor-Token"  # noqa: S105  the name of a header
"""Where gateway passes on the token of a visitor, which only the service that gave it can read."""


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

    One that came with it is kept if it is 32 hexadecimal digits or a UUID: anything freer could
    carry a name or a phone number into our logs. Every line that is logged meanwhile says it, too;
    the last one how the request ended and how long that took, of a stream until its end; the same
    is measured, by the route that somebody behind us has named. An answer that was passed on from
    another service names the span of that one. Inside another of its kind it does only the marking.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its id."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = request_id(scope) or header(scope, "x-request-id")
        chosen = given if OURS.fullmatch(given) else new_id().hex

        watched = Watched(scope)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                watched.begin(message)
                message = {**message, "headers": _identified(message["headers"], chosen)}
            await send(message)

        inner = {**scope, REQUEST_ID: chosen, ROUTE: scope.get(ROUTE, watched)}
        with bound(request_id=chosen):
            if ROUTE in scope:
                return await self._app(inner, receive, marked)
            with metrics.REQUESTS_ACTIVE.one({"http.request.method": watched.method}):
                try:
                    await self._app(inner, receive, marked)
                finally:
                    watched.end()
        return None


class RouteMiddleware:
    """The innermost, next to the routes: names the one that a request went to."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        try:
            await self._app(scope, receive, send)
        finally:
            if route := getattr(scope.get("route"), "path", None):
                goes_to(scope, route)


class Watched:
    """One request, to be told of in a line of the log and measured."""

    def __init__(self, scope: Scope) -> None:
        self.method = method(scope)
        self.route = ""
        self._begun, self._status, self._streams = monotonic(), 0, False

    def begin(self, answer: Message) -> None:
        """It is being answered."""
        self._status = answer["status"]
        types = [value for name, value in answer["headers"] if name.lower() == b"content-type"]
        self._streams = any(one.startswith(EVENTS) for one in types)

    def end(self) -> None:
        """It was answered, or given up."""
        took = monotonic() - self._begun
        said = {"method": self.method, "status": self._status, "duration_ms": round(took * 1000)}
        log.info("request.done", extra=said)
        if not self._streams:
            metrics.REQUEST_DURATION.record(took, self._labels())

    def _labels(self) -> dict[str, Any]:
        said = {"http.request.method": self.method, "http.response.status_code": self._status}
        return said | {"http.route": self.route}


def method(scope: Scope) -> str:
    """The method, if it is one that we know: any other may say anything."""
    known: str = scope["method"]
    return known if known in METHODS else "_OTHER"


def goes_to(scope: Scope, route: str) -> None:
    """Name the route of a request: its template, never its path."""
    if watched := scope.get(ROUTE):
        watched.route = route


def _identified(headers: Headers, chosen: str) -> Headers:
    carrier: dict[str, str] = {}
    if not any(name.lower() == b"traceparent" for name, _ in headers):
        PROPAGATOR.inject(carrier)
    kept = [(name, value) for name, value in headers if name.lower() != b"x-request-id"]
    ours = {"x-request-id": chosen, **carrier}
    return [*kept, *((name.encode(), value.encode()) for name, value in ours.items())]

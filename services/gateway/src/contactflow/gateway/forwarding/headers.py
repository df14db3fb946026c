"""Which headers pass, and which are ours to say."""

from collections.abc import Iterable
from typing import Final

from opentelemetry.trace import get_current_span
from starlette.types import Scope

from contactflow.telemetry import header_of
from contactflow.web.requests import VISITOR_TOKEN, header, request_id

Raw = Iterable[tuple[bytes, bytes]]

PASSING: Final = {
    b"accept",
    b"accept-language",
    b"access-control-request-headers",
    b"access-control-request-method",
    b"content-type",
    b"idempotency-key",
    b"if-match",
    b"if-none-match",
    b"last-event-id",
    b"origin",
    b"range",
    b"traceparent",
    b"tracestate",
}
"""What a client may say to a service. Cookies, addresses and whatever only we may say stay here."""

KEPT_BACK: Final = {
    b"connection",
    b"date",
    b"keep-alive",
    b"proxy-authenticate",
    b"server",
    b"set-cookie",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}
"""What an answer says to its next hop alone (RFC 9110, 7.6.1), or is the gateway's to say."""

VISITORS: Final = "/v1/public/"


def forwarded(scope: Scope, token: str) -> list[tuple[str, str]]:
    """The headers of the request as a service gets it, in the caller's name, in our trace."""
    trace = header_of(get_current_span())
    passing = [
        (k.decode(), v.decode("latin-1"))
        for k, v in scope["headers"]
        if k in PASSING and k.decode() not in trace
    ]
    said = {
        **trace,
        "Authorization": f"Bearer {token}",
        "X-Request-Id": request_id(scope),
        "X-Forwarded-Host": header(scope, "host"),
    }
    if length := header(scope, "content-length"):
        said["Content-Length"] = length
    if scope["path"].startswith(VISITORS) and (theirs := _bearer(scope)):
        said[VISITOR_TOKEN] = theirs
    return [*passing, *said.items()]


def answered(raw: Raw) -> list[tuple[bytes, bytes]]:
    """The headers of the answer as a client gets it."""
    return [(k, v) for k, v in ((k.lower(), v) for k, v in raw) if k not in KEPT_BACK]


def has_body(scope: Scope) -> bool:
    """Whether the client announces a body (RFC 9112, 6.3)."""
    return header(scope, "content-length") not in {"", "0"} or bool(
        header(scope, "transfer-encoding")
    )


def _bearer(scope: Scope) -> str:
    scheme, _, token = header(scope, "authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""

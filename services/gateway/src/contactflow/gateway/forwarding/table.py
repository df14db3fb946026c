"""Which service answers which paths."""

from collections.abc import Mapping
from typing import Final

TABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "chat": (
        "/v1/channels",
        "/v1/conversations",
        "/v1/public/web-chat",
        "/chat",
        "/widget.css",
        "/widget.js",
    ),
    "crm": ("/v1/contacts",),
    "privacy": (
        "/v1/rights-requests",
        "/v1/public/rights-requests",
        "/v1/audit-events",
        "/.well-known/contactflow-keys.json",
        "/privacy",
    ),
    "voice": ("/v1/calls", "/v1/carriers", "/v1/carrier-webhooks", "/v1/phone-numbers"),
}
"""By service, what is forwarded; everything else is the gateway's own."""


OWNERS: Final = {prefix: service for service, prefixes in TABLE.items() for prefix in prefixes}


def owner(path: str) -> str | None:
    """The service whose path this is."""
    return OWNERS.get(prefix(path))


def prefix(path: str) -> str:
    """The beginning by which the owner is known; nothing when it is the gateway's own."""
    return next((one for one in OWNERS if path == one or path.startswith(f"{one}/")), "")


def is_plain(path: str) -> bool:
    """Whether everyone behind us reads the path as we do: nothing to be folded or decoded twice."""
    segments = path.split("/")[1:-1]
    return not ({"", ".", ".."} & {*segments} or {"\\", "\0", "%"} & {*path}) and (
        not path.endswith(("/.", "/.."))
    )

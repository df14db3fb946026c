"""HTTP shapes of the audit ledger."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from contactflow.kernel import encode
from contactflow.web import Listed, Shape, public_id
from contactflow.web.ids import told
from contactflow.web.principals import PREFIXES, Kind, named

AuditEventId = Annotated[UUID, public_id("evt")]
RequestId = Annotated[UUID, public_id("rr")]


class ActorOut(Shape):
    """Who did it: somebody, an API key, a service by its name, or the public."""

    kind: Kind
    id: Annotated[str | None, Field(examples=["usr_01m80h2e3tf8z9v7q4x6r5w1kd"])]


def _actor(name: object) -> object:
    kind, who = named(str(name))
    return {"kind": kind, "id": encode(PREFIXES[kind], who) if isinstance(who, UUID) else who}


def _facts(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _fact(name, value) for name, value in kept.items()}


def _fact(name: str, value: Any) -> Any:
    """The chain keeps the UUID of what is called an id, and of a time the seconds since 1970."""
    if name.endswith("_id"):
        return told(name, UUID(value))
    return datetime.fromtimestamp(value, UTC) if name.endswith("_at") else value


class AuditEventOut(Shape, Listed):
    """`seq` is its place in the workspace's chain, `hash` (SHA-256) the end of the chain there."""

    id: AuditEventId
    seq: int
    at: datetime
    actor: Annotated[ActorOut, BeforeValidator(_actor)]
    action: Annotated[str, Field(examples=["rights_request.approved"])]
    request_id: RequestId | None
    facts: Annotated[dict[str, Any], BeforeValidator(_facts), Field(examples=[{"claims": 0}])]
    hash: Annotated[
        str, BeforeValidator(bytes.hex), Field(examples=["9f86d081884c7d659a2feaa0c55ad015"])
    ]

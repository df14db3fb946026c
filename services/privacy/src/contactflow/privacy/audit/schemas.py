"""HTTP shapes of the audit ledger."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from contactflow.kernel import encode
from contactflow.web import Listed, Shape, public_id
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


class AuditEventOut(Shape, Listed):
    """`seq` is its place in the workspace's chain, `hash` (SHA-256) the end of the chain there."""

    id: AuditEventId
    seq: int
    at: datetime
    actor: Annotated[ActorOut, BeforeValidator(_actor)]
    action: Annotated[str, Field(examples=["rights_request.approved"])]
    request_id: RequestId | None
    facts: Annotated[dict[str, Any], Field(examples=[{"claims": 0}])]
    hash: Annotated[
        str, BeforeValidator(bytes.hex), Field(examples=["9f86d081884c7d659a2feaa0c55ad015"])
    ]

"""HTTP shapes of channels."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from contactflow.events.conversations import Channel as Kind
from contactflow.web import Listed, Shape, public_id

ChannelId = Annotated[UUID, public_id("chn")]
AgentId = Annotated[UUID, public_id("agt")]
ORIGIN = r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$|^https?://\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?$"
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S", examples=["Shop"])]
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def _as_browsers_say_it(origin: str) -> str:
    """Lower case, without the port that its scheme has anyway (RFC 6454)."""
    lower = origin.lower()
    return lower.removesuffix(DEFAULT_PORTS[lower.partition(":")[0]])


Origin = Annotated[
    str,
    StringConstraints(max_length=300, pattern=ORIGIN),
    Field(examples=["https://example.com"]),
    AfterValidator(_as_browsers_say_it),
]


class ChannelIn(Shape):
    kind: Literal["web"]
    name: Name
    agent_id: AgentId
    allowed_origins: tuple[Origin, ...] = Field(max_length=50)


class ChannelOut(Shape, Listed):
    id: ChannelId
    kind: Kind
    name: Annotated[str, Field(examples=["Shop"])]
    agent_id: AgentId
    allowed_origins: Annotated[tuple[str, ...], Field(examples=[["https://example.com"]])]
    public_key: Annotated[str, Field(examples=["cf_web_5mYp0pXo6w5Nf2lB9q1uE3aD"])]
    created_at: datetime

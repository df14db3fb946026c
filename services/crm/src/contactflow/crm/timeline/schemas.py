"""HTTP shapes of timelines."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contactflow.crm.chat import Author, MessageKind
from contactflow.crm.timeline.model import Channel, Kind, Outcome
from contactflow.events.calls import Intent
from contactflow.web import Listed, Shape, public_id

ItemId = Annotated[UUID, public_id("itm")]


class Ref(Shape):
    """What the item is about, where it lives."""

    type: Kind
    id: Annotated[str, Field(examples=["cnv_01jdqjyz007000r0000000001a"])]


class Counts(Shape):
    """Messages of a conversation, turns of a call."""

    messages: int = 0
    turns: int = 0


class MessageOut(Shape):
    seq: int
    author: Author
    kind: MessageKind
    text: Annotated[str, Field(examples=["When do you open?"])]
    created_at: datetime


class ContentOut(Shape):
    message_count: int
    messages: tuple[MessageOut, ...] = Field(description="The last 50, oldest first.")


class FollowUpOut(Shape):
    kind: Literal["message", "callback", "task"]
    text: Annotated[str, Field(examples=["Please call me back about the cake."])]
    callback_at: datetime | None


class CallContentOut(Shape):
    """No summary until there is one."""

    duration_s: int | None
    summary: Annotated[str | None, Field(examples=["The caller asked when the bakery opens."])]
    intent: Intent | None
    follow_ups: tuple[FollowUpOut, ...]


class ItemOut(Shape, Listed):
    id: ItemId
    occurred_at: datetime
    channel: Channel
    kind: Kind
    ref: Ref
    title: str = Field(examples=["Web chat"])
    counts: Counts
    outcome: Outcome | None
    content: ContentOut | CallContentOut | Literal["unavailable"] | None = Field(
        description="Asked of the owner now: null when it is gone, unavailable when it is silent."
    )

"""HTTP shapes of timelines."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contactflow.crm.chat import Author, MessageKind
from contactflow.crm.timeline.model import Outcome
from contactflow.events.conversations import Channel
from contactflow.web import Listed, Shape, public_id

ItemId = Annotated[UUID, public_id("itm")]
ConversationId = Annotated[UUID, public_id("cnv")]


class Ref(Shape):
    """What the item is about, where it lives."""

    type: Literal["conversation"]
    id: ConversationId


class Counts(Shape):
    messages: int


class MessageOut(Shape):
    seq: int
    author: Author
    kind: MessageKind
    text: Annotated[str, Field(examples=["When do you open?"])]
    created_at: datetime


class ContentOut(Shape):
    message_count: int
    messages: tuple[MessageOut, ...] = Field(description="The last 50, oldest first.")


class ItemOut(Shape, Listed):
    id: ItemId
    occurred_at: datetime
    channel: Channel
    kind: Literal["conversation"]
    ref: Ref
    title: str = Field(examples=["Web chat"])
    counts: Counts
    outcome: Outcome | None
    content: ContentOut | Literal["unavailable"] | None = Field(
        description="Asked of the owner now: null when it is gone, unavailable when it is silent."
    )

"""HTTP shapes of conversations."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, computed_field

from contactflow.chat.channels.schemas import AgentId, ChannelId
from contactflow.chat.conversations.messages import Author, Kind
from contactflow.chat.conversations.model import Status
from contactflow.events.conversations import Channel
from contactflow.web import Listed, Shape, public_id

Text = Annotated[
    str, Field(min_length=1, max_length=4000, pattern=r"\S", examples=["When do you open?"])
]
ContactId = Annotated[UUID, public_id("con")]
ConversationId = Annotated[UUID, public_id("cnv")]
MessageId = Annotated[UUID, public_id("msg")]


class MessageIn(Shape):
    text: Text


class MessageOut(Shape, Listed):
    id: MessageId
    seq: int
    conversation_id: ConversationId
    author: Author
    kind: Kind
    text: Annotated[str, Field(examples=["When do you open?"])]
    created_at: datetime

    @computed_field
    def direction(self) -> Literal["inbound", "outbound"]:
        return "inbound" if self.author == "visitor" else "outbound"

    @computed_field
    def status(self) -> Literal["received", "sent"]:
        return "received" if self.author == "visitor" else "sent"


class ChannelRef(Shape):
    id: ChannelId
    kind: Channel


class AgentRef(Shape):
    id: AgentId
    version: int | None


class ConversationOut(Shape, Listed):
    id: ConversationId
    channel: ChannelRef
    agent: AgentRef
    status: Status
    contact_id: ContactId | None
    message_count: int
    last_message_at: datetime | None
    created_at: datetime


class Asked(Shape):
    """What crm asks for: the content of the conversations that it shows."""

    conversation_ids: tuple[UUID, ...] = Field(max_length=100)


class Said(Shape):
    seq: int
    author: Author
    kind: Kind
    text: str
    created_at: datetime


class Content(Shape):
    id: UUID
    message_count: int
    messages: tuple[Said, ...]


class Contents(Shape):
    conversations: tuple[Content, ...]


class IdentityOut(Shape):
    kind: Literal["email", "phone"]
    value: str


class SubjectOut(Shape):
    """Who a visitor is, for crm: what was proved, and what they only claim."""

    name: str | None
    locale: str
    identities: tuple[IdentityOut, ...]
    claims: tuple[IdentityOut, ...]

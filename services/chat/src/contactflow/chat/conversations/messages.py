"""A message: what one side said, at its place in the conversation."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from contactflow.persistence import Base
from contactflow.vault import Category, Personal, Retention, neutral, one, sealed

Author = Literal["visitor", "agent", "staff", "system"]
Kind = Literal["text", "disclosure"]


class Message(Personal, Base):
    """Belongs to the visitor, whoever wrote it: they wrote it, or it was written to them.

    `traceparent` is of the request or the turn that said it: its way to the visitor goes on there.
    """

    __tablename__ = "messages"
    __table_args__ = (
        # The order in a conversation is also the index of its foreign key.
        ForeignKeyConstraint(
            ["workspace_id", "conversation_id"],
            ["conversations.workspace_id", "conversations.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("workspace_id", "conversation_id", "seq", name="uq_messages_seq"),
        UniqueConstraint(
            "workspace_id", "conversation_id", "client_key", name="uq_messages_client_key"
        ),
    )

    conversation_id: Mapped[UUID] = neutral()
    seq: Mapped[int] = neutral()
    author: Mapped[Author] = neutral(type_=String())
    kind: Mapped[Kind] = neutral(type_=String())
    text = sealed(one(str), "chat.message.text", Category.CONTENT, Retention.CHAT)
    wording_id: Mapped[str | None] = neutral()
    client_key: Mapped[UUID | None] = neutral()
    created_at: Mapped[datetime] = neutral()
    traceparent: Mapped[str | None] = neutral()

"""A message: what one side said, at its place in the conversation."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.persistence import Base, references
from contactflow.vault import Category, Personal, neutral, one, sealed

Author = Literal["visitor", "agent", "staff", "system"]
Kind = Literal["text", "disclosure"]


class Message(Personal, Base):
    """Belongs to the visitor, whoever wrote it: they wrote it, or it was written to them."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "conversation_id", "seq"),
        UniqueConstraint("workspace_id", "conversation_id", "client_key"),
    )

    conversation_id: Mapped[UUID] = neutral()
    seq: Mapped[int] = neutral()
    author: Mapped[Author] = mapped_column(String, info={"personal": None})
    kind: Mapped[Kind] = mapped_column(String, info={"personal": None})
    text = sealed(one(str), "chat.message.text", Category.CONTENT)
    wording_id: Mapped[str | None] = neutral()
    client_key: Mapped[UUID | None] = neutral()
    created_at: Mapped[datetime]


references(Message, "conversations", "conversation_id")

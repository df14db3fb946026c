"""A session: an opaque token, one visitor, one conversation, an end."""

from datetime import datetime, timedelta
from typing import Final, Self
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from contactflow.chat.conversations.model import Conversation
from contactflow.kernel import hashed_token, new_id
from contactflow.persistence import Base, references
from contactflow.vault import Personal, neutral

LIFE: Final = timedelta(hours=24)


class Session(Personal, Base):
    """Of the token only the hash is kept: who reads the table cannot speak for a visitor."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "expires_at"),
        {"info": {"system": "a token names its workspace; a chore purges what has expired"}},
    )

    conversation_id: Mapped[UUID] = neutral()
    channel_id: Mapped[UUID] = neutral()
    token_hash: Mapped[bytes] = neutral()
    expires_at: Mapped[datetime] = neutral()

    @classmethod
    def open(cls, conversation: Conversation, token: str, *, at: datetime) -> Self:
        session = cls(conversation_id=conversation.id, channel_id=conversation.channel_id)
        session.about(conversation.visitor.person, new_id())
        session.token_hash, session.expires_at = hashed_token(token), at + LIFE
        return session


references(Session, "conversations", "conversation_id")
references(Session, "channels", "channel_id")

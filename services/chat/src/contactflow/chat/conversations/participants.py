"""Who takes part in a conversation, and what they said of themselves."""

from typing import Self, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped

from contactflow.kernel import Locale, new_id
from contactflow.persistence import Base, references
from contactflow.vault import (
    Category,
    Email,
    Identity,
    Person,
    Personal,
    Phone,
    Retention,
    neutral,
    one,
    sealed,
    unsealed,
)


class Claims(TypedDict, total=False):
    """What a visitor says of themselves. Nobody has proved it."""

    name: str | None
    email: str | None
    phone: str | None


class Participant(Personal, Base):
    """The visitor of one conversation."""

    __tablename__ = "participants"
    __table_args__ = (Index("ix_participants_contact_id", "workspace_id", "contact_id"),)

    conversation_id: Mapped[UUID] = neutral()
    contact_id: Mapped[UUID | None] = unsealed(
        "chat.participant.contact", Category.IDENTITY, Retention.CHAT
    )
    locale: Mapped[Locale] = unsealed(
        "chat.participant.locale", Category.PREFERENCE, Retention.CHAT, type_=String()
    )
    name = sealed(one(str), "chat.participant.name", Category.IDENTITY, Retention.CHAT)
    email = sealed(one(str), "chat.participant.email", Category.CONTACT_DETAILS, Retention.CHAT)
    phone = sealed(one(str), "chat.participant.phone", Category.CONTACT_DETAILS, Retention.CHAT)

    @classmethod
    def of(cls, person: Person, *, locale: Locale, **claims: Unpack[Claims]) -> Self:
        participant = cls(locale=locale)
        participant.about(person, new_id())
        participant.name = claims.get("name")
        participant.email = claims.get("email")
        participant.phone = claims.get("phone")
        return participant


def identities(claims: Claims) -> list[Identity]:
    """What the visitor claims to be reached at."""
    email, phone = claims.get("email"), claims.get("phone")
    return [*([Email(email)] if email else []), *([Phone(phone)] if phone else [])]


references(Participant, "conversations", "conversation_id")

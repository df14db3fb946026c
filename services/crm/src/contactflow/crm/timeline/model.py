"""One thing that happened with a contact: a conversation, or a call."""

from datetime import datetime
from typing import Final, Literal, Self
from uuid import UUID

from sqlalchemy.orm import Mapped

from contactflow.crm.contacts.model import Contact
from contactflow.persistence import Base, references
from contactflow.vault import Personal, neutral

Outcome = Literal[
    "handed_off",
    "closed",
    "completed",
    "handed_over",
    "handover_failed",
    "failed",
    "no_answer",
    "busy",
    "canceled",
]
Kind = Literal["conversation", "call"]
Channel = Literal["web", "voice"]
VOICE: Final = "voice"


class TimelineItem(Personal, Base):
    """Times, counts and an outcome; what was said stays with the service it was said to.

    Its id is the conversation's or the call's, which sorts by time. Whatever order the facts about
    it arrive in, once or several times, the item ends up the same.
    """

    __tablename__ = "timeline_items"

    contact_id: Mapped[UUID] = neutral()
    channel: Mapped[str] = neutral()
    occurred_at: Mapped[datetime] = neutral()
    message_count: Mapped[int] = neutral()
    outcome: Mapped[str | None] = neutral()
    outcome_version: Mapped[int] = neutral()

    @classmethod
    def of(cls, contact: Contact, item_id: UUID, *, channel: Channel, at: datetime) -> Self:
        item = cls(channel=channel, occurred_at=at)
        item.put_on(contact, item_id)
        item.message_count, item.outcome, item.outcome_version = 0, None, 0
        return item

    def put_on(self, contact: Contact, item_id: UUID) -> None:
        """On whose timeline it is: the one before it may be deleted, and not cleared yet."""
        self.contact_id = contact.id
        self.about(contact.person, item_id)

    def seen(self, *, at: datetime) -> None:
        """It was going on then: what is known of earliest is when it occurred."""
        self.occurred_at = min(self.occurred_at, at)

    def counted(self, messages: int) -> None:
        """It had so many messages; they only ever become more."""
        self.message_count = max(self.message_count, messages)

    def came_to(self, outcome: Outcome, *, version: int) -> None:
        """So it stood at that version of the conversation; a later one knows better."""
        if version > self.outcome_version:
            self.outcome, self.outcome_version = outcome, version


references(TimelineItem, "contacts", "contact_id", then="id")

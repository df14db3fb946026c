"""An outgoing e-mail: what became of it, and while it waits, what it says and to whom."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal, NamedTuple, Self
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from contactflow.events.emails import EmailFailed, EmailSent
from contactflow.gateway.emails.facts import FACTS, Coded, Facts, Template
from contactflow.kernel import Locale, new_id
from contactflow.persistence import NOTHING_PERSONAL, Aggregate, Base
from contactflow.vault import OUTLIVES, Category, Email, Person, Personal, Retention, one, sealed
from contactflow.vault.onetime import LIFE

PATIENCE: Final = timedelta(days=3)
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=90)

Status = Literal["queued", "sent", "failed"]


class Letter(NamedTuple):
    """What an e-mail says, in which language, and to whom."""

    template: Template
    locale: Locale
    to: Email
    facts: Facts


class Order(NamedTuple):
    """A letter to be sent once, however often it is asked for under its key.

    `asked` is all that was asked: the same key with something else is a mistake.
    """

    key: str
    letter: Letter
    asked: bytes = b""

    @property
    def key_hash(self) -> bytes:
        return sha256(self.key.encode()).digest()

    @property
    def fingerprint(self) -> bytes:
        """Keyed with what is not stored: nobody can guess from it what was asked."""
        return hmac.digest(self.key.encode(), self.asked, "sha256")


class Outcome(NamedTuple):
    """How a try came out; `code` says why it failed: the server's number, never its words."""

    result: Literal["sent", "refused", "not_now"]
    code: str | None = None


class OutgoingEmail(Aggregate, Base):
    """That it was asked for, and what became of it. Nothing in it is about a person."""

    __tablename__ = "emails"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key_hash"),
        Index(None, "created_at"),
        {"info": NOTHING_PERSONAL | OUTLIVES | {"system": "a chore purges it"}},
    )

    key_hash: Mapped[bytes]
    fingerprint: Mapped[bytes]
    template: Mapped[Template]
    locale: Mapped[Locale]
    status: Mapped[Status]
    tries: Mapped[int]
    code: Mapped[str | None]

    @classmethod
    def queue(cls, workspace_id: UUID, order: Order, *, at: datetime) -> Self:
        email = cls(workspace_id=workspace_id, id=new_id(), created_at=at, status="queued", tries=0)
        email.key_hash, email.fingerprint = order.key_hash, order.fingerprint
        email.template, email.locale = order.letter.template, order.letter.locale
        email.touch(at=at)
        return email

    def is_of(self, order: Order) -> bool:
        """Whether this is what was asked for under the same key."""
        return hmac.compare_digest(self.fingerprint, order.fingerprint)

    def tried(self, outcome: Outcome, *, at: datetime) -> datetime | None:
        """Note how a try came out; when the next one is due, if it did not end with this one."""
        self.tries, self.code = self.tries + 1, outcome.code
        deadline = self.created_at + self._patience
        if outcome.result == "not_now" and at < deadline:
            self.touch(at=at)
            return min(at + self._pause, deadline)
        self.status = "sent" if outcome.result == "sent" else "failed"
        ended = EmailSent if self.status == "sent" else EmailFailed
        self.record(ended(email_id=self.id), at=at)
        return None

    @property
    def _patience(self) -> timedelta:
        """A code that is dead helps nobody."""
        return LIFE if FACTS[self.template] is Coded else PATIENCE

    @property
    def _pause(self) -> timedelta:
        doubled: timedelta = FIRST_PAUSE * 2 ** min(self.tries - 1, 10)
        return min(doubled, LONGEST_PAUSE)


class EmailContent(Personal, Base):
    """What it says and to whom: until it was sent or given up, and no longer.

    The person is one of this e-mail alone, with no identity: an answer about an erasure outlives
    the one that it tells of.
    """

    __tablename__ = "email_contents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "id"], ["emails.workspace_id", "emails.id"], ondelete="CASCADE"
        ),
    )

    recipient = sealed(
        one(str), "gateway.email.recipient", Category.CONTACT_DETAILS, Retention.DELIVERY
    )
    facts = sealed(one(dict[str, Any]), "gateway.email.facts", Category.CONTENT, Retention.DELIVERY)

    @classmethod
    def of(cls, person: Person, email: OutgoingEmail, letter: Letter) -> Self:
        content = cls()
        content.about(person, email.id)
        content.recipient = letter.to.value
        content.facts = letter.facts.model_dump(mode="json")
        return content

"""An answer that waits to be sent: where to, and what an officer has to say besides."""

from typing import Literal, Self
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from contactflow.kernel import Locale
from contactflow.persistence import Base
from contactflow.vault import Category, Person, Personal, Retention, neutral, one, sealed

Outcome = Literal["completed", "refused"]


class Answer(Personal, Base):
    """Its id is the request's. It goes when the e-mail was sent, or after 30 days.

    `email_id` is the e-mail it was last sent as.
    """

    __tablename__ = "rights_answers"
    __table_args__ = (Index(None, "workspace_id", "email_id"),)

    address = sealed(one(str), "privacy.answer.address", Category.CONTACT_DETAILS, Retention.RIGHTS)
    text = sealed(one(str), "privacy.answer.text", Category.CONTENT, Retention.RIGHTS)
    outcome: Mapped[Outcome] = neutral()
    reason_code: Mapped[str | None] = neutral()
    locale: Mapped[Locale] = neutral()
    email_id: Mapped[UUID | None] = neutral()

    @classmethod
    def of(
        cls, person: Person, request_id: UUID, *, outcome: Outcome, address: str, locale: Locale
    ) -> Self:
        answer = cls(outcome=outcome, locale=locale, reason_code=None, email_id=None)
        answer.about(person, request_id)
        answer.address = address
        return answer

    def refused(self, reason_code: str, text: str | None) -> None:
        self.reason_code, self.text = reason_code, text

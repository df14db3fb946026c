"""A phone number: where callers reach a workspace, which agent answers, on what terms."""

from datetime import datetime
from typing import Literal, Self, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.kernel import new_id
from contactflow.persistence import NOTHING_PERSONAL, Aggregate, Base, references
from contactflow.vault import OUTLIVES
from contactflow.voice.numbers.errors import HandoverToItselfError

Recording = Literal["off", "on", "consent"]


class TermsSaid(TypedDict, total=False):
    """What can be said of a number, and said otherwise later."""

    agent_id: UUID
    recording: Recording
    handover_e164: str | None


class PhoneNumber(Aggregate, Base):
    """The business's own number. `handover_e164` is where a caller who wants a human goes."""

    __tablename__ = "phone_numbers"
    __table_args__ = (
        UniqueConstraint("workspace_id", "e164"),
        {"info": NOTHING_PERSONAL | OUTLIVES},
    )

    e164: Mapped[str]
    carrier_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    recording: Mapped[Recording] = mapped_column(String)
    handover_e164: Mapped[str | None]

    @classmethod
    def create(
        cls,
        workspace_id: UUID,
        *,
        e164: str,
        carrier_id: UUID,
        at: datetime,
        **terms: Unpack[TermsSaid],
    ) -> Self:
        number = cls(workspace_id=workspace_id, id=new_id(), created_at=at)
        number.e164, number.carrier_id = e164, carrier_id
        number.change(at=at, **terms)
        return number

    def change(self, *, at: datetime, **terms: Unpack[TermsSaid]) -> None:
        """Calls that are going on keep the terms they began with. Raises HandoverToItselfError."""
        for name, value in terms.items():
            setattr(self, name, value)
        if self.handover_e164 == self.e164:
            raise HandoverToItselfError
        self.touch(at=at)


references(PhoneNumber, "carriers", "carrier_id")

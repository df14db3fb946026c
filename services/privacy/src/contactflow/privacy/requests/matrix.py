"""What each participant has told about a request: one row each, kept as evidence."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint, Row
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.erasure.wire import Counts
from contactflow.events.erasures import ParticipantName
from contactflow.persistence import NOTHING_PERSONAL, Base, references

PartState = Literal["waiting", "found", "erasing", "erased", "verified"]
ROWS = JSONB(none_as_null=True)


class Part(Base):
    """One participant's part in one request: counts and times, no ids of people.

    `found` is what an erasure would delete, `deleted` what it did, over all rounds; `residue` is
    what was still there when it was last looked for. `answered` is the last round it has done.
    `stalled_since` is set while it does not answer, or does not let go of what it holds.
    """

    __tablename__ = "rights_request_participants"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "request_id", "participant"),
        {"info": NOTHING_PERSONAL},
    )

    workspace_id: Mapped[UUID]
    request_id: Mapped[UUID]
    participant: Mapped[ParticipantName]
    found: Mapped[Counts | None] = mapped_column(ROWS)
    deleted: Mapped[Counts | None] = mapped_column(ROWS)
    residue: Mapped[Counts | None] = mapped_column(ROWS)
    answered: Mapped[int]
    verified_at: Mapped[datetime | None]
    stalled_since: Mapped[datetime | None]

    @classmethod
    def of(cls, workspace_id: UUID, request_id: UUID, name: ParticipantName) -> "Part":
        part = cls(workspace_id=workspace_id, request_id=request_id, participant=name)
        part.answered, part.found, part.deleted, part.residue = 0, None, None, None
        part.verified_at, part.stalled_since = None, None
        return part

    def begin(self) -> None:
        """Another round begins: nothing that was looked at before counts any more."""
        self.residue, self.verified_at, self.stalled_since = None, None, None

    def checked(self, deleted: Counts, residue: Counts, *, at: datetime) -> None:
        self.deleted, self.residue = dict(deleted), dict(residue)
        self.verified_at = None if any(residue.values()) else at
        if self.verified_at:
            self.stalled_since = None

    def stall(self, *, since: datetime | None) -> None:
        """It has not answered since then: the first time stands, until it is there again."""
        self.stalled_since = (self.stalled_since or since) if since else None


def state(part: Part | Row[Any], round_: int) -> PartState:
    """How far a participant is in a request that is in this round."""
    if part.verified_at:
        return "verified"
    if round_:
        return "erased" if part.answered == round_ else "erasing"
    return "waiting" if part.found is None else "found"


references(Part, "rights_requests", "request_id")

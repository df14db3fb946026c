"""What a service has erased: counts, and nothing of the person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.persistence import NOTHING_PERSONAL, Base


class Erasure(Base):
    """One round of one request, done here: a second time it has no effect.

    `position` is its place in the ledger. A database that was restored has lost the newest of
    these rows, and thereby knows what it has to do again.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "request_id", "round"),
        Index(None, "done_at"),
        {"info": NOTHING_PERSONAL | {"system": "the replay reads it, a chore purges it"}},
    )

    workspace_id: Mapped[UUID]
    request_id: Mapped[UUID]
    round: Mapped[int]
    position: Mapped[int]
    deleted: Mapped[dict[str, int]] = mapped_column(JSONB)
    done_at: Mapped[datetime]

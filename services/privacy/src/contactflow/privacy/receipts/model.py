"""A receipt as it was signed: it says what was erased where, and nothing of whom."""

from typing import Any
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.persistence import NOTHING_PERSONAL, Base, references


class StoredReceipt(Base):
    """Of one request; never changed."""

    __tablename__ = "receipts"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "request_id"),
        {"info": NOTHING_PERSONAL},
    )

    workspace_id: Mapped[UUID]
    request_id: Mapped[UUID]
    receipt: Mapped[dict[str, Any]] = mapped_column(JSONB)


references(StoredReceipt, "rights_requests", "request_id")

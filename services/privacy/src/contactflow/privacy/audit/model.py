"""An entry of the audit ledger, and the hash that chains it to the one before."""

import hashlib
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import rfc8785
from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.persistence import NOTHING_PERSONAL, Base, WorkspaceRow

FIRST: Final = bytes(32)
"""What stands for the entry before the first."""


class AuditEntry(WorkspaceRow, Base):
    """Somebody did something. Each workspace has a chain of its own; `seq` begins at 1."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        UniqueConstraint("workspace_id", "seq", name="uq_audit_entries_seq"),
        Index("ix_audit_entries_request_id", "workspace_id", "request_id"),
        {
            "info": NOTHING_PERSONAL
            | {
                "append_only": "what was done stays done",
                "system": "the chains of all workspaces are verified together",
            }
        },
    )

    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    request_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class Said(NamedTuple):
    """All that an entry says; `previous` is the hash of the one before."""

    workspace_id: UUID
    id: UUID
    seq: int
    at: datetime
    actor: str
    action: str
    request_id: UUID | None
    facts: dict[str, Any]
    previous: bytes

    @property
    def hash(self) -> bytes:
        """SHA-256 over the RFC 8785 form. Raises ValueError for facts that have none."""
        said = self._asdict() | {
            "workspace_id": str(self.workspace_id),
            "id": str(self.id),
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "request_id": self.request_id and str(self.request_id),
            "previous": self.previous.hex(),
        }
        return hashlib.sha256(rfc8785.dumps(said)).digest()

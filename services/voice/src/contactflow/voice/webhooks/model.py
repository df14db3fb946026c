"""The raw inbox: what a carrier sent, sealed, until it is worked on."""

from datetime import datetime, timedelta
from typing import Final, Literal, Self
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.kernel import new_id
from contactflow.persistence import NOTHING_PERSONAL, Base, WorkspaceRow
from contactflow.vault import Keyring

Status = Literal["received", "unknown", "failed"]
KEPT: Final = timedelta(days=7)
FIELD: Final = "voice.webhook.body"


class CarrierWebhook(WorkspaceRow, Base):
    """Gone once it is worked on. The body is sealed by the workspace's key and never shown."""

    __tablename__ = "carrier_webhooks"
    __table_args__ = (
        Index(None, "received_at"),
        {"info": NOTHING_PERSONAL | {"system": "a chore purges it"}},
    )

    carrier_id: Mapped[UUID]
    kind: Mapped[str]
    status: Mapped[Status] = mapped_column(String)
    code: Mapped[str | None]
    sealed: Mapped[bytes]
    received_at: Mapped[datetime]

    @classmethod
    def receive(
        cls, ring: Keyring, *, carrier_id: UUID, kind: str, body: bytes, at: datetime
    ) -> Self:
        row = cls(workspace_id=ring.workspace_id, id=new_id(), received_at=at)
        row.carrier_id, row.kind, row.status, row.code = carrier_id, kind, "received", None
        row.sealed = ring.seal(body, FIELD, row.id)
        return row

"""A channel: where visitors come from, and which agent answers them."""

import secrets
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ARRAY, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.chat.channels.errors import OriginRefusedError
from contactflow.events.conversations import Channel as Kind
from contactflow.kernel import new_id
from contactflow.persistence import NOTHING_PERSONAL, Base, WorkspaceRow
from contactflow.vault import OUTLIVES

KEY_PREFIX = "cf_web_"
KEY_BYTES = 18


class Channel(WorkspaceRow, Base):
    """A web page's widget. Its public key stands in that page, so it opens nothing by itself."""

    __tablename__ = "channels"
    __table_args__ = (
        UniqueConstraint("public_key"),
        {
            "info": NOTHING_PERSONAL
            | OUTLIVES
            | {"system": "a visitor names a channel before a workspace is known"}
        },
    )

    kind: Mapped[Kind] = mapped_column(String)
    name: Mapped[str]
    agent_id: Mapped[UUID]
    allowed_origins: Mapped[tuple[str, ...]] = mapped_column(ARRAY(String, as_tuple=True))
    public_key: Mapped[str]
    created_at: Mapped[datetime]

    @classmethod
    def create(
        cls,
        workspace_id: UUID,
        *,
        name: str,
        agent_id: UUID,
        allowed_origins: tuple[str, ...],
        at: datetime,
    ) -> Self:
        channel = cls(workspace_id=workspace_id, id=new_id(), created_at=at)
        channel.kind, channel.name, channel.agent_id = "web", name, agent_id
        channel.allowed_origins = allowed_origins
        channel.public_key = KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)
        return channel


def admit(origin: str | None, allowed: tuple[str, ...], host: str) -> None:
    """Refuse a page of somebody else's. Our own, on the host that was asked, may always.

    Who names no origin is no page of another site: a browser could not leave it out.
    """
    if origin is None or origin in allowed or origin.partition("://")[2] == host:
        return
    raise OriginRefusedError

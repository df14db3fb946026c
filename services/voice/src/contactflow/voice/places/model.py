"""A place for one call in one media process, and the token that lets a socket have it."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.persistence import NOTHING_PERSONAL, Base

UNCLAIMED: Final = timedelta(seconds=10)
"""How long an admitted call may take to come; then its place is free again."""
BEAT: Final = timedelta(seconds=5)
SILENT: Final = timedelta(seconds=20)
"""A media process that has not been heard of for so long takes no calls."""
LOOKS: Final = SILENT // BEAT + 1
"""Looks in a row, a beat apart, that find nothing new of a media process: it is dead, and its calls
are over. While the database is away nobody looks, so that whoever could not beat is not dead."""
USE: Final = b"voice.place.token"


class Place(Base):
    """No row of a workspace: it is lent to one call of one workspace after the other.

    Of a token only the hash is kept, and that only until the token is used. `traceparent` is of
    the webhook that admitted the call: whoever carries it goes on there.
    """

    __tablename__ = "places"
    __table_args__ = (
        UniqueConstraint("media_id", "slot"),
        UniqueConstraint("token_hash"),
        Index(None, "call_id"),
        Index(None, "beats_at"),
        {
            "info": NOTHING_PERSONAL
            | {
                "unwalled": "a place belongs to whoever calls; it says nothing about them",
                "system": "media processes work before a workspace is known",
            }
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    media_id: Mapped[UUID]
    slot: Mapped[int]
    url: Mapped[str]
    beats_at: Mapped[datetime]
    missed: Mapped[int] = mapped_column(server_default="0")
    workspace_id: Mapped[UUID | None]
    call_id: Mapped[UUID | None]
    admission: Mapped[UUID | None]
    token_hash: Mapped[bytes | None]
    expires_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    traceparent: Mapped[str | None]


class Admission(NamedTuple):
    """Where a call may come to, and what it shows there."""

    url: str
    token: str

    def stream(self, kind: str) -> str:
        """The media WebSocket, as the carrier is told it; Twilio signs these very letters."""
        return f"{self.url}/media/{kind}/{self.token}"


class Tokens:
    """Makes tokens: the same for the same admission, so that a repeated webhook is told the same.

    `secret` is the service's root key, from which the key for this use is derived.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, USE, "sha256")

    def of(self, admission: UUID) -> str:
        """256 bits that nobody without the key can tell."""
        return urlsafe_b64encode(hmac.digest(self._key, admission.bytes, "sha256")).decode()[:43]

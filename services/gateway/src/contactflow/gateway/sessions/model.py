"""A session: one browser in which somebody is logged in."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple, Self
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from contactflow.gateway.accounts.model import Account
from contactflow.kernel import hashed_token, new_id
from contactflow.persistence import Base
from contactflow.vault import Category, Personal, Retention, neutral, unsealed

LIFE: Final = timedelta(days=30)  # also how long it is known where one came from
IDLE: Final = timedelta(days=7)
SEEN_EVERY: Final = timedelta(minutes=5)  # how exactly it is known when one was last used


class Traces(NamedTuple):
    """Salted hashes of where a request came from."""

    client: str
    agent: str


class Session(Personal, Base):
    """Known by the hash of its token alone: who reads this table can't log in with it."""

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["accounts.workspace_id", "accounts.id"],
            ondelete="CASCADE",
        ),
        Index(None, "workspace_id", "account_id"),
        Index("uq_sessions_token_hash", "token_hash", unique=True),
        Index(None, "seen_at"),
        {"info": {"system": "found by the token before it is known whose it is; purged"}},
    )

    account_id: Mapped[UUID] = neutral()
    token_hash: Mapped[bytes] = neutral()
    created_at: Mapped[datetime] = neutral()
    seen_at: Mapped[datetime] = unsealed(
        "gateway.session.seen_at", Category.PSEUDONYM, Retention.ACCOUNT
    )
    expires_at: Mapped[datetime] = neutral()
    client_hash: Mapped[str] = unsealed(
        "gateway.session.client_hash", Category.PSEUDONYM, Retention.ABUSE
    )
    agent_hash: Mapped[str] = unsealed(
        "gateway.session.agent_hash", Category.PSEUDONYM, Retention.ABUSE
    )

    @classmethod
    def begin(cls, account: Account, token: str, traces: Traces, *, at: datetime) -> Self:
        session = cls(account_id=account.id, created_at=at, seen_at=at)
        session.about(account.person, new_id())
        session.token_hash, session.expires_at = hashed_token(token), at + LIFE
        session.client_hash, session.agent_hash = traces
        return session

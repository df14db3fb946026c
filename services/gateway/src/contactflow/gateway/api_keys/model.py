"""An API key: what a partner's program may do in one workspace."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from sqlalchemy import ARRAY, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.gateway.api_keys.errors import ExpiresInPastError, ScopeNotYoursError
from contactflow.gateway.api_keys.secret import SHOWN
from contactflow.kernel import hashed_token, new_id
from contactflow.persistence import NOTHING_PERSONAL, Base, WorkspaceRow


class Wish(NamedTuple):
    """What somebody wants a key to be."""

    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None


class ApiKey(WorkspaceRow, Base):
    """Known by the hash of its secret alone, and by the first characters, for people."""

    __tablename__ = "api_keys"
    __table_args__ = (
        Index("uq_api_keys_secret_hash", "secret_hash", unique=True),
        {"info": NOTHING_PERSONAL | {"system": "found by the secret before it is known whose"}},
    )

    name: Mapped[str]
    prefix: Mapped[str]
    secret_hash: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    @classmethod
    def make(
        cls, workspace_id: UUID, wish: Wish, *, secret: str, maker: Collection[str], at: datetime
    ) -> Self:
        """Raises ScopeNotYoursError for a scope that its maker has not, ExpiresInPastError."""
        if wish.expires_at and wish.expires_at <= at:
            raise ExpiresInPastError
        for scope in wish.scopes:
            if scope not in maker:
                raise ScopeNotYoursError(scope=scope)
        key = cls(workspace_id=workspace_id, id=new_id(), name=wish.name, created_at=at)
        key.prefix, key.secret_hash = secret[:SHOWN], hashed_token(secret)
        key.scopes, key.expires_at = sorted(set(wish.scopes)), wish.expires_at
        return key

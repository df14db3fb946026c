"""Finding a key by its secret, before it is known whose it is: on the system role."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update

from contactflow.gateway.api_keys.model import ApiKey
from contactflow.gateway.api_keys.secret import is_sound
from contactflow.kernel import PLATFORM_WORKSPACE_ID, hashed_token
from contactflow.persistence import Works

KEYS: Any = ApiKey.__table__
USED_EVERY: Final = timedelta(hours=1)  # how exactly it is known when a key was last used
LIVE: Final = select(KEYS.c.workspace_id, KEYS.c.id, KEYS.c.scopes, KEYS.c.last_used_at).where(
    KEYS.c.secret_hash == bindparam("secret_hash"),
    KEYS.c.expires_at.is_(None) | (KEYS.c.expires_at > bindparam("at")),
)


class Key(NamedTuple):
    """What a live key is worth."""

    workspace_id: UUID
    id: UUID
    scopes: list[str]
    last_used_at: datetime | None


class Keys:
    """Asks the database each time, so that a revoked key is dead at once."""

    def __init__(self, system: Works) -> None:
        self._system = system

    async def find(self, secret: str, *, at: datetime) -> Key | None:
        """The live key with this secret. One that is mistyped is not looked for."""
        if not is_sound(secret):
            return None
        found = await self._system.first(LIVE, {"secret_hash": hashed_token(secret), "at": at})
        if found is None:
            return None
        key = Key._make(found)
        if key.last_used_at is None or key.last_used_at < at - USED_EVERY:
            await self._used(key, at)
        return key

    async def _used(self, key: Key, at: datetime) -> None:
        mine = (KEYS.c.workspace_id == key.workspace_id) & (KEYS.c.id == key.id)
        async with self._system.begin(PLATFORM_WORKSPACE_ID) as work:
            await work.rows(update(KEYS).where(mine).values(last_used_at=at))

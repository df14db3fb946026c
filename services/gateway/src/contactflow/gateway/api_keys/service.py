"""What can be done with API keys."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from contactflow.gateway.api_keys.errors import ApiKeyLimitError
from contactflow.gateway.api_keys.model import ApiKey, Wish
from contactflow.gateway.api_keys.secret import new_secret

LIMIT: Final = 100


class ApiKeys(Protocol):
    @property
    def workspace_id(self) -> UUID: ...
    async def get(self, key_id: UUID, /) -> ApiKey: ...
    async def count(self) -> int: ...
    def add(self, key: ApiKey, /) -> None: ...
    async def remove(self, key: ApiKey, /) -> None: ...


class Made(NamedTuple):
    """A key and its secret, which is not seen again."""

    key: ApiKey
    secret: str


async def create(keys: ApiKeys, *, wish: Wish, maker: Collection[str], at: datetime) -> Made:
    if await keys.count() >= LIMIT:
        raise ApiKeyLimitError(limit=LIMIT)
    secret = new_secret()
    key = ApiKey.make(keys.workspace_id, wish, secret=secret, maker=maker, at=at)
    keys.add(key)
    return Made(key, secret)


async def revoke(keys: ApiKeys, *, key_id: UUID) -> None:
    """Dead at once: the row is what the key is."""
    await keys.remove(await keys.get(key_id))

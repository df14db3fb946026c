"""Loading and storing API keys."""

from uuid import UUID

from sqlalchemy import func, select

from contactflow.gateway.api_keys.errors import ApiKeyNotFoundError
from contactflow.gateway.api_keys.model import ApiKey
from contactflow.persistence import Work


class SqlApiKeys:
    def __init__(self, work: Work) -> None:
        self._work = work

    @property
    def workspace_id(self) -> UUID:
        return self._work.workspace_id

    async def get(self, key_id: UUID) -> ApiKey:
        key = await self._work.session.get(ApiKey, (self.workspace_id, key_id))
        if key is None:
            raise ApiKeyNotFoundError
        return key

    async def count(self) -> int:
        return await self._work.session.scalar(select(func.count()).select_from(ApiKey)) or 0

    def add(self, key: ApiKey) -> None:
        self._work.session.add(key)

    async def remove(self, key: ApiKey) -> None:
        await self._work.session.delete(key)
        await self._work.session.flush()

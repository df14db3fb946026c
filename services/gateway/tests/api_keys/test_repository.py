"""The one suite of ApiKeys, on both."""

from datetime import datetime

import pytest

from contactflow.gateway.api_keys import service
from contactflow.gateway.api_keys.errors import (
    ApiKeyLimitError,
    ApiKeyNotFoundError,
    ScopeNotYoursError,
)
from contactflow.gateway.api_keys.model import Wish
from contactflow.gateway.api_keys.repository import SqlApiKeys
from contactflow.gateway.api_keys.service import LIMIT, ApiKeys
from contactflow.persistence import Work
from services.gateway.tests.fakes import InMemoryApiKeys

WISH = Wish("Booking system", ("contacts:read",), None)
MAKER = {"contacts:read"}


class ApiKeysSuite:
    """Subclass it with the fixture `keys`."""

    async def test_a_key_is_there_until_it_is_revoked(self, keys: ApiKeys, at: datetime) -> None:
        made = await service.create(keys, wish=WISH, maker=MAKER, at=at)

        assert await keys.get(made.key.id) is made.key
        await service.revoke(keys, key_id=made.key.id)
        with pytest.raises(ApiKeyNotFoundError):
            await keys.get(made.key.id)

    async def test_the_secret_is_not_kept(self, keys: ApiKeys, at: datetime) -> None:
        made = await service.create(keys, wish=WISH, maker=MAKER, at=at)

        kept = [str(value) for value in vars(made.key).values()]
        assert made.secret.startswith(made.key.prefix)
        assert made.secret not in " ".join(kept)

    async def test_nobody_gives_what_they_have_not(self, keys: ApiKeys, at: datetime) -> None:
        with pytest.raises(ScopeNotYoursError):
            await service.create(keys, wish=WISH, maker={"agents:read"}, at=at)

    async def test_a_workspace_has_so_many_keys(self, keys: ApiKeys, at: datetime) -> None:
        for _ in range(LIMIT):
            await service.create(keys, wish=WISH, maker=MAKER, at=at)

        with pytest.raises(ApiKeyLimitError):
            await service.create(keys, wish=WISH, maker=MAKER, at=at)


class TestInMemoryApiKeys(ApiKeysSuite):
    @pytest.fixture
    def keys(self) -> InMemoryApiKeys:
        return InMemoryApiKeys()


class TestSqlApiKeys(ApiKeysSuite):
    @pytest.fixture
    def keys(self, work: Work) -> SqlApiKeys:
        return SqlApiKeys(work)

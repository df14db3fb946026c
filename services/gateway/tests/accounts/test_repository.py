"""The one suite of Accounts, on both."""

from collections.abc import AsyncIterator

import pytest

from contactflow.gateway.accounts.repository import SqlAccounts
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Works
from services.gateway.tests.accounts.accounts_suite import AccountsSuite
from services.gateway.tests.fakes import InMemoryAccounts


class TestInMemoryAccounts(AccountsSuite):
    @pytest.fixture
    def accounts(self) -> InMemoryAccounts:
        return InMemoryAccounts()


class TestSqlAccounts(AccountsSuite):
    @pytest.fixture
    async def accounts(self, works: Works) -> AsyncIterator[SqlAccounts]:
        async with works.begin(PLATFORM_WORKSPACE_ID) as work:
            yield SqlAccounts(work)

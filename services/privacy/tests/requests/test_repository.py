"""The one suite of Requests, on both."""

import pytest

from contactflow.persistence import Work
from contactflow.privacy.requests.repository import SqlRequests
from services.privacy.tests.fakes import InMemoryRequests
from services.privacy.tests.requests.requests_suite import RequestsSuite


class TestInMemoryRequests(RequestsSuite):
    @pytest.fixture
    def requests(self) -> InMemoryRequests:
        return InMemoryRequests()


class TestSqlRequests(RequestsSuite):
    @pytest.fixture
    def requests(self, work: Work) -> SqlRequests:
        return SqlRequests(work)

"""The one suite of Timeline, on both."""

from datetime import datetime

import pytest

from contactflow.crm.contacts import service
from contactflow.crm.contacts.model import Contact
from contactflow.crm.contacts.repository import SqlContacts
from contactflow.crm.timeline.repository import SqlTimeline
from contactflow.persistence import Work
from contactflow.testing.people import a_person
from services.crm.tests.fakes import InMemoryTimeline
from services.crm.tests.timeline.timeline_suite import TimelineSuite


class TestInMemoryTimeline(TimelineSuite):
    @pytest.fixture
    def timeline(self) -> InMemoryTimeline:
        return InMemoryTimeline()

    @pytest.fixture
    def ada(self, at: datetime) -> Contact:
        return Contact.create(a_person(), at=at)


class TestSqlTimeline(TimelineSuite):
    @pytest.fixture
    def timeline(self, work: Work) -> SqlTimeline:
        return SqlTimeline(work)

    @pytest.fixture
    async def ada(self, work: Work, at: datetime) -> Contact:
        return await service.create(SqlContacts(work), details={}, at=at)

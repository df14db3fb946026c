"""The one suite of Contacts, on both."""

import pytest

from contactflow.crm.contacts.repository import SqlContacts
from contactflow.persistence import Work
from services.crm.tests.contacts.contacts_suite import ContactsSuite
from services.crm.tests.fakes import InMemoryContacts


class TestInMemoryContacts(ContactsSuite):
    @pytest.fixture
    def contacts(self) -> InMemoryContacts:
        return InMemoryContacts()


class TestSqlContacts(ContactsSuite):
    @pytest.fixture
    def contacts(self, work: Work) -> SqlContacts:
        return SqlContacts(work)

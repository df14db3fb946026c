"""The one suite of People, on both."""

from datetime import datetime

import pytest

from contactflow.persistence import Work
from contactflow.testing.fences import fence
from contactflow.testing.people import InMemoryPeople
from contactflow.vault import Identity, People, Subjects
from libs.vault.tests.people_suite import PeopleSuite


class TestInMemoryPeople(PeopleSuite):
    @pytest.fixture
    def people(self) -> InMemoryPeople:
        return InMemoryPeople()

    async def fence(self, people: People, identity: Identity, at: datetime) -> None:
        assert isinstance(people, InMemoryPeople)
        people.fence(identity, at)


class TestSubjects(PeopleSuite):
    @pytest.fixture
    def people(self, work: Work) -> Subjects:
        return Subjects(work)

    async def fence(self, people: People, identity: Identity, at: datetime) -> None:
        assert isinstance(people, Subjects)
        await fence(people._work, identity, at)

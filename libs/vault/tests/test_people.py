"""The one suite of People, on both."""

from datetime import datetime
from uuid import UUID

import pytest

from contactflow.persistence import Work
from contactflow.testing.fences import fence, fence_elsewhere
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

    async def fence_elsewhere(self, people: People, subject_id: UUID, at: datetime) -> None:
        assert isinstance(people, InMemoryPeople)
        people.fence_elsewhere("chat", subject_id)


class TestSubjects(PeopleSuite):
    @pytest.fixture
    def people(self, work: Work) -> Subjects:
        return Subjects(work)

    async def fence(self, people: People, identity: Identity, at: datetime) -> None:
        assert isinstance(people, Subjects)
        await fence(people._work, identity, at)

    async def fence_elsewhere(self, people: People, subject_id: UUID, at: datetime) -> None:
        assert isinstance(people, Subjects)
        await fence_elsewhere(people._work, "chat", subject_id, at)

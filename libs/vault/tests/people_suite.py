"""What every People promises, in memory and on PostgreSQL alike."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from contactflow.kernel import new_id
from contactflow.vault import Email, Identity, People, PersonErasedError, Phone, SeveralPeopleError

ADA, MOB = Email.parse("ada@example.com"), Phone.parse("+33612345678")
EVE = Email.parse("eve@example.com")
SECOND = timedelta(seconds=1)


class PeopleSuite(ABC):
    """Subclass it with the fixture `people`, and say how an erasure leaves its fence."""

    @abstractmethod
    async def fence_elsewhere(self, people: People, subject_id: UUID, at: datetime) -> None:
        """As if whom chat knew by this id was erased then."""

    @abstractmethod
    async def fence(self, people: People, identity: Identity, at: datetime) -> None:
        """As if whoever has this identity was erased then."""

    async def test_who_was_created_is_found_by_each_identity(self, people: People) -> None:
        ada = await people.find_or_create([ADA, MOB])

        assert await people.find([ADA]) is ada
        assert await people.find_or_create([MOB]) is ada

    async def test_nobody_is_found_by_nothing(self, people: People) -> None:
        first, second = await people.find_or_create([]), await people.find_or_create([])

        assert first is not second
        assert await people.find([]) is None

    async def test_two_who_claim_the_same_are_two(self, people: People) -> None:
        first = await people.find_or_create([], claims=[ADA])
        second = await people.find_or_create([], claims=[ADA])

        assert first is not second
        assert await people.find([ADA]) is None

    async def test_a_claim_does_not_join_its_true_holder(self, people: People) -> None:
        holder = await people.find_or_create([ADA])

        visitor = await people.find_or_create([], claims=[ADA])

        assert visitor is not holder
        assert await people.find([ADA]) is holder

    async def test_a_claim_that_is_confirmed_finds(self, people: People) -> None:
        visitor = await people.find_or_create([], claims=[ADA])
        await people.lock([ADA])

        await people.identify(visitor, [ADA])

        assert await people.find([ADA]) is visitor

    async def test_what_is_both_said_and_claimed_is_no_mere_claim(self, people: People) -> None:
        ada = await people.find_or_create([ADA], claims=[ADA])

        assert await people.find([ADA]) is ada

    async def test_identities_of_two_people_are_refused(self, people: People) -> None:
        await people.find_or_create([ADA])
        other = await people.find_or_create([MOB])
        await people.lock([ADA])

        with pytest.raises(SeveralPeopleError):
            await people.find([ADA, MOB])
        with pytest.raises(SeveralPeopleError):
            await people.identify(other, [ADA, MOB])

    async def test_the_missing_are_withdrawn(self, people: People) -> None:
        ada = await people.find_or_create([ADA, MOB])
        await people.lock([EVE])

        await people.identify(ada, [MOB, EVE])

        assert await people.find([ADA]) is None
        assert await people.find([EVE]) is await people.find([MOB]) is ada

    async def test_the_withdrawn_may_become_anothers(self, people: People) -> None:
        ada = await people.find_or_create([ADA])
        await people.identify(ada, [])

        eve = await people.find_or_create([ADA])

        assert eve is not ada

    async def test_what_is_new_must_have_been_locked(self, people: People) -> None:
        ada = await people.find_or_create([ADA])

        await people.identify(ada, [ADA])
        with pytest.raises(RuntimeError, match="locked"):
            await people.identify(ada, [ADA, MOB])

    async def test_only_the_erased_themselves_come_back(self, people: People, at: datetime) -> None:
        await self.fence(people, ADA, at)

        for acted_at in (None, at - SECOND, at):
            with pytest.raises(PersonErasedError):
                await people.find_or_create([ADA, MOB], acted_at=acted_at)
        assert not people.came_back
        assert await people.find_or_create([ADA, MOB], acted_at=at + SECOND)
        assert people.came_back

    async def test_whom_another_service_erased_is_never_admitted(
        self, people: People, at: datetime
    ) -> None:
        erased = new_id()
        await self.fence_elsewhere(people, erased, at)

        with pytest.raises(PersonErasedError):
            await people.admit("chat", erased)
        await people.admit("chat", new_id())
        await people.admit("voice", erased)

    async def test_a_claim_of_the_erased_comes_back_as_they_do(
        self, people: People, at: datetime
    ) -> None:
        await self.fence(people, ADA, at)

        with pytest.raises(PersonErasedError):
            await people.find_or_create([], claims=[ADA], acted_at=at - SECOND)
        assert await people.find_or_create([], claims=[ADA], acted_at=at + SECOND)

    async def test_another_does_not_learn_what_the_erased_was_known_by(
        self, people: People, at: datetime
    ) -> None:
        eve = await people.find_or_create([EVE])
        await self.fence(people, ADA, at)
        await people.lock([ADA])

        with pytest.raises(PersonErasedError):
            await people.identify(eve, [EVE, ADA])
        assert not people.came_back
        await people.identify(eve, [EVE, ADA], acted_at=at + SECOND)
        assert people.came_back

    async def test_who_was_never_erased_does_not_come_back(
        self, people: People, at: datetime
    ) -> None:
        ada = await people.find_or_create([ADA], acted_at=at)
        await people.lock([MOB])
        await people.identify(ada, [ADA, MOB], acted_at=at)

        assert not people.came_back

    async def test_a_fence_leaves_alone_who_is_known_already(
        self, people: People, at: datetime
    ) -> None:
        ada = await people.find_or_create([ADA])
        await self.fence(people, ADA, at)

        await people.identify(ada, [ADA])

        assert await people.find_or_create([ADA]) is ada

    async def test_who_was_removed_is_known_no_more(self, people: People) -> None:
        ada = await people.find_or_create([ADA])

        await people.remove(ada)

        assert await people.find([ADA]) is None
        assert await people.find_or_create([ADA]) is not ada

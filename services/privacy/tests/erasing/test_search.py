"""Finding somebody everywhere: to a fixed point, without believing claims."""

import pytest

from contactflow.erasure.wire import Index, Person
from contactflow.events.erasures import ParticipantName
from contactflow.kernel import new_id
from contactflow.privacy.erasing.search import PASSES, search, together
from services.privacy.tests.fakes import FakeParticipants, Somebody

MAIL, MOB, SECOND = (
    Index(kind=kind, version=1, digest=digest)
    for kind, digest in (("email", "01"), ("phone", "02"), ("phone", "03"))
)
WORKSPACE = new_id()


@pytest.fixture
def participants() -> FakeParticipants:
    return FakeParticipants()


async def test_nobody_is_found_where_nobody_is_known(participants: FakeParticipants) -> None:
    found = await search(participants, WORKSPACE, Person(indexes=(MAIL,)))

    assert found.person == Person(indexes=(MAIL,))
    assert not found.silent
    assert {*participants.asked.values()} == {1}


async def test_what_one_knows_leads_to_what_another_knows(participants: FakeParticipants) -> None:
    visitor, other = Somebody(indexes=[SECOND]), Somebody(indexes=[MOB])
    contact = Somebody(indexes=[MAIL, MOB], links={"chat": visitor.id})
    participants["crm"].meets(contact)
    participants["chat"].meets(visitor, other)

    found = await search(participants, WORKSPACE, Person(indexes=(MAIL,)))

    assert {*found.person.indexes} == {MAIL, MOB, SECOND}
    assert {*found.person.subjects["chat"]} == {visitor.id, other.id}
    assert found.person.subjects["crm"] == (contact.id,)


async def test_a_chat_leads_to_the_contact_that_is_linked_to_it(
    participants: FakeParticipants,
) -> None:
    visitor = Somebody()
    contact = Somebody(indexes=[MAIL], links={"chat": visitor.id})
    participants["chat"].meets(visitor)
    participants["crm"].meets(contact)

    found = await search(participants, WORKSPACE, Person(subjects={"chat": (visitor.id,)}))

    assert found.person.subjects == {"chat": (visitor.id,), "crm": (contact.id,)}
    assert found.person.indexes == (MAIL,)


async def test_a_claim_is_listed_and_leads_nowhere(participants: FakeParticipants) -> None:
    claimant = Somebody(claims=[MAIL], indexes=[MOB])
    participants["chat"].meets(claimant)

    found = await search(participants, WORKSPACE, Person(indexes=(MAIL,)))

    assert found.person == Person(indexes=(MAIL,))
    assert [one.subject_id for one in found.told["chat"].claims] == [claimant.id]


@pytest.mark.parametrize("name", ["gateway", "chat", "crm"])
async def test_without_an_answer_nothing_is_concluded(
    participants: FakeParticipants, name: ParticipantName
) -> None:
    participants[name].down = True

    found = await search(participants, WORKSPACE, Person(indexes=(MAIL,)))

    assert found.silent == {name}


async def test_who_never_stops_finding_is_named(participants: FakeParticipants) -> None:
    def invents(person: Person) -> list[Somebody]:
        return [Somebody(indexes=[Index(kind="email", version=1, digest=new_id().hex)])]

    participants["crm"].knows = invents  # type: ignore[assignment,method-assign]

    found = await search(participants, WORKSPACE, Person(indexes=(MAIL,)))

    assert found.silent == {"crm"}
    assert participants.asked["chat"] == PASSES


def test_together_says_each_once_in_one_order() -> None:
    one, two = new_id(), new_id()
    left = Person(indexes=(MOB, MAIL), subjects={"crm": (two, one)})
    right = Person(indexes=(MAIL,), subjects={"crm": (one,), "chat": ()})

    assert together(left, right) == together(right, left)
    assert together(left, right).subjects == {"crm": tuple(sorted([one, two]))}

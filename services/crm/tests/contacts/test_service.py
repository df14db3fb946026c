"""What can be done with contacts, on ports in memory."""

from datetime import datetime, timedelta

import pytest

from contactflow.crm.contacts import service
from contactflow.crm.contacts.errors import (
    ContactExistsError,
    ContactNotFoundError,
    FutureReturnError,
)
from contactflow.crm.contacts.model import Contact, Details, Point, Return
from contactflow.crm.contacts.visitors import Visitor
from contactflow.events.contacts import ContactReturned
from contactflow.kernel import StaleError, new_id
from contactflow.vault import Email, PersonErasedError, Phone, SeveralPeopleError
from services.crm.tests.fakes import InMemoryContacts

ADA, MOB = Email("ada@example.com"), Phone("+33612345678")
DETAILS: Details = {"name": "Ada", "phones": (Point(MOB.value),)}
SECOND = timedelta(seconds=1)
NORA = new_id()


@pytest.fixture
def contacts() -> InMemoryContacts:
    return InMemoryContacts()


@pytest.fixture
async def ada(contacts: InMemoryContacts, at: datetime) -> Contact:
    return await service.create(contacts, details=DETAILS, at=at)


async def recognised(contacts: InMemoryContacts, visitor: Visitor, at: datetime) -> Contact:
    return await service.recognise(
        contacts, service="chat", subject_id=new_id(), visitor=visitor, acted_at=at, at=at
    )


async def test_one_person_has_one_contact(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    with pytest.raises(ContactExistsError) as refused:
        await service.create(contacts, details=DETAILS, at=at)

    assert refused.value.facts == {"contact_id": ada.id}


async def test_the_erased_are_entered_again_only_when_they_came_back(
    contacts: InMemoryContacts, at: datetime
) -> None:
    contacts.people.fence(MOB, at - SECOND)

    with pytest.raises(PersonErasedError):
        await service.create(contacts, details=DETAILS, at=at)
    back = await service.create(contacts, details=DETAILS, at=at, back=Return(at, "user", NORA))

    [told] = [event for event, _, _ in back.recorded() if isinstance(event, ContactReturned)]
    assert (told.contact_id, told.returned_at) == (back.id, at)
    assert (told.entered_by, told.entered_by_id) == ("user", NORA)


async def test_a_contact_takes_what_an_erased_person_had_when_they_came_back(
    contacts: InMemoryContacts, at: datetime
) -> None:
    contacts.people.fence(MOB, at - SECOND)
    ada = await service.create(contacts, details={"name": "Ada"}, at=at)

    back = Return(at, "user", NORA)
    await service.update(contacts, contact_id=ada.id, version=1, details=DETAILS, at=at, back=back)

    [told] = [event for event, _, _ in ada.recorded() if isinstance(event, ContactReturned)]
    assert (told.contact_id, told.returned_at, told.entered_by_id) == (ada.id, at, NORA)


async def test_who_was_never_erased_has_not_come_back(
    contacts: InMemoryContacts, at: datetime
) -> None:
    ada = await service.create(contacts, details=DETAILS, at=at, back=Return(at, "user", NORA))

    assert not [event for event, _, _ in ada.recorded() if isinstance(event, ContactReturned)]


async def test_nobody_came_back_tomorrow(contacts: InMemoryContacts, at: datetime) -> None:
    with pytest.raises(FutureReturnError):
        await service.create(
            contacts, details=DETAILS, at=at, back=Return(at + SECOND, "user", NORA)
        )


async def test_a_contact_is_known_by_what_it_is_told_to_have(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    new: Details = {"phones": (), "emails": (Point(ADA.value),)}

    await service.update(contacts, contact_id=ada.id, version=1, details=new, at=at)

    assert await contacts.people.find([ADA]) is ada.person
    assert await contacts.people.find([MOB]) is None


async def test_a_contact_cannot_take_what_another_is_known_by(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    eve = await service.create(contacts, details={"name": "Eve"}, at=at)

    with pytest.raises(SeveralPeopleError):
        await service.update(contacts, contact_id=eve.id, version=1, details=DETAILS, at=at)


async def test_who_has_read_an_older_version_changes_nothing(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    with pytest.raises(StaleError):
        await service.update(contacts, contact_id=ada.id, version=7, details={}, at=at)
    with pytest.raises(StaleError):
        await service.delete(contacts, contact_id=ada.id, version=7, at=at)


async def test_a_new_name_is_what_search_finds(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    await service.update(contacts, contact_id=ada.id, version=1, details={"name": "A. L."}, at=at)

    assert contacts.names == {ada.id: "A. L."}


async def test_a_deleted_contact_is_not_found(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    await service.delete(contacts, contact_id=ada.id, version=None, at=at)

    with pytest.raises(ContactNotFoundError):
        await contacts.get(ada.id)
    assert contacts.names == {ada.id: None}


async def test_staff_may_enter_a_deleted_contact_anew(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    await service.delete(contacts, contact_id=ada.id, version=None, at=at)

    anew = await service.create(contacts, details=DETAILS, at=at)

    assert anew.id != ada.id
    assert anew.person is ada.person


async def test_a_visitor_who_is_known_is_linked(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    found = await recognised(contacts, Visitor(identities=frozenset({MOB})), at)

    assert found is ada


async def test_a_visitor_nobody_knows_becomes_a_contact(
    contacts: InMemoryContacts, at: datetime
) -> None:
    visitor = Visitor("Eve", "fr", frozenset({MOB}), frozenset({ADA}))

    eve = await recognised(contacts, visitor, at)

    assert (eve.name, eve.language) == ("Eve", "fr")
    assert eve.phones == (Point(MOB.value),)
    assert eve.emails == (Point(ADA.value, claimed=True),)


async def test_two_visitors_who_type_the_same_e_mail_are_two_contacts(
    contacts: InMemoryContacts, at: datetime
) -> None:
    visitor = Visitor(claims=frozenset({ADA}))

    first, second = [await recognised(contacts, visitor, at) for _ in range(2)]

    assert first is not second


async def test_a_visitor_who_types_a_contacts_e_mail_is_somebody_else(
    contacts: InMemoryContacts, at: datetime
) -> None:
    ada = await service.create(contacts, details={"emails": (Point(ADA.value),)}, at=at)

    visitor = await recognised(contacts, Visitor(claims=frozenset({ADA})), at)

    assert visitor is not ada


async def test_a_linked_visitor_stays_who_they_are(
    contacts: InMemoryContacts, at: datetime
) -> None:
    subject_id = new_id()
    first, second = [
        await service.recognise(
            contacts, service="chat", subject_id=subject_id, visitor=Visitor(), acted_at=at, at=at
        )
        for _ in range(2)
    ]

    assert first is second


async def test_no_visitor_revives_a_deleted_contact(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    await service.delete(contacts, contact_id=ada.id, version=None, at=at)
    ada.recorded()

    found = await recognised(contacts, Visitor("Ada", identities=frozenset({MOB})), at)

    assert found is ada
    assert ada.name is None
    assert not ada.recorded()


async def test_who_acts_after_they_were_deleted_is_a_new_contact(
    contacts: InMemoryContacts, at: datetime
) -> None:
    ada = await service.create(contacts, details={"emails": (Point(ADA.value),)}, at=at)
    subject_id, visitor = new_id(), Visitor("Ada", identities=frozenset({MOB}))
    ada.link("chat", subject_id, at=at)
    await service.delete(contacts, contact_id=ada.id, version=None, at=at)

    async def heard(acted_at: datetime | None) -> Contact:
        return await service.recognise(
            contacts,
            service="chat",
            subject_id=subject_id,
            visitor=visitor,
            acted_at=acted_at,
            at=at + SECOND,
        )

    late, answered = await heard(at), await heard(None)
    anew, again = await heard(at + SECOND), await heard(None)

    assert late is answered is ada
    assert anew is again
    assert (anew.name, anew.person) == ("Ada", ada.person)
    assert await contacts.people.find([MOB]) is ada.person
    assert await contacts.people.find([ADA]) is None


async def test_who_was_entered_anew_is_who_the_visitor_is_from_then_on(
    contacts: InMemoryContacts, at: datetime
) -> None:
    visitor = Visitor(identities=frozenset({MOB}))
    ada = await service.create(contacts, details=DETAILS, at=at)
    subject_id = new_id()
    ada.link("voice", subject_id, at=at)
    await service.delete(contacts, contact_id=ada.id, version=None, at=at)
    anew = await service.create(contacts, details=DETAILS, at=at)

    found = await service.recognise(
        contacts, service="voice", subject_id=subject_id, visitor=visitor, acted_at=None, at=at
    )

    assert found is anew


async def test_a_number_that_another_has_now_leads_to_them(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    subject_id = new_id()
    ada.link("voice", subject_id, at=at)
    gone: Details = {"phones": ()}
    await service.update(contacts, contact_id=ada.id, version=None, details=gone, at=at)
    eve = await service.create(contacts, details=DETAILS, at=at)
    await service.delete(contacts, contact_id=ada.id, version=None, at=at)

    found = await service.recognise(
        contacts,
        service="voice",
        subject_id=subject_id,
        visitor=Visitor(identities=frozenset({MOB})),
        acted_at=at + SECOND,
        at=at + SECOND,
    )

    assert found is eve


async def test_who_was_erased_is_not_made_again_by_what_others_did(
    contacts: InMemoryContacts, at: datetime
) -> None:
    contacts.people.fence(ADA, at)
    visitor = Visitor(claims=frozenset({ADA}))

    with pytest.raises(PersonErasedError):
        await service.recognise(
            contacts, service="chat", subject_id=new_id(), visitor=visitor, acted_at=None, at=at
        )


async def test_a_removed_contact_takes_its_person_along(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    await service.delete(contacts, contact_id=ada.id, version=None, at=at)

    await service.remove(contacts, contact_id=ada.id)

    assert await contacts.people.find([MOB]) is None


async def test_a_removed_contact_leaves_who_was_entered_anew(
    contacts: InMemoryContacts, ada: Contact, at: datetime
) -> None:
    await service.delete(contacts, contact_id=ada.id, version=None, at=at)
    anew = await service.create(contacts, details=DETAILS, at=at)

    await service.remove(contacts, contact_id=ada.id)

    assert await contacts.get(anew.id) is anew
    assert await contacts.people.find([MOB]) is ada.person


async def test_a_contact_that_is_not_deleted_is_not_removed(
    contacts: InMemoryContacts, ada: Contact
) -> None:
    await service.remove(contacts, contact_id=ada.id)

    assert await contacts.get(ada.id) is ada

"""What every Contacts promises, in memory and on PostgreSQL alike."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from contactflow.crm.contacts import service
from contactflow.crm.contacts.errors import ContactNotFoundError
from contactflow.crm.contacts.model import Contact
from contactflow.crm.contacts.service import Contacts
from contactflow.kernel import new_id


class ContactsSuite:
    """Subclass it with the fixture `contacts`."""

    @pytest.fixture
    async def ada(self, contacts: Contacts, at: datetime) -> Contact:
        return await service.create(contacts, details={"name": "Ada"}, at=at)

    async def test_who_was_added_is_there(self, contacts: Contacts, ada: Contact) -> None:
        assert await contacts.get(ada.id) is ada
        assert await contacts.of(ada.subject_id) is ada
        assert await contacts.deleted(ada.id) is None

    async def test_who_was_never_added_is_not(self, contacts: Contacts) -> None:
        with pytest.raises(ContactNotFoundError):
            await contacts.get(new_id())
        assert await contacts.of(new_id()) is None
        assert await contacts.linked_to("chat", new_id()) is None

    async def test_a_link_finds(self, contacts: Contacts, ada: Contact, at: datetime) -> None:
        subject_id: UUID = new_id()
        ada.link("chat", subject_id, at=at)

        assert await contacts.linked_to("chat", subject_id) is ada
        assert await contacts.left("chat", subject_id) is None

    async def test_a_link_of_a_deleted_one_tells_who_it_was(
        self, contacts: Contacts, ada: Contact, at: datetime
    ) -> None:
        subject_id: UUID = new_id()
        ada.link("chat", subject_id, at=at)
        ada.delete(at=at)

        assert await contacts.linked_to("chat", subject_id) is None
        assert await contacts.left("chat", subject_id) is ada

    async def test_who_is_unlinked_may_be_linked_anew(
        self, contacts: Contacts, ada: Contact, at: datetime
    ) -> None:
        subject_id: UUID = new_id()
        ada.link("chat", subject_id, at=at)
        assert await contacts.linked_to("chat", subject_id) is ada
        eve = await service.create(contacts, details={"name": "Eve"}, at=at)

        await contacts.unlink("chat", subject_id)
        eve.link("chat", subject_id, at=at)

        assert await contacts.linked_to("chat", subject_id) is eve

    async def test_the_deleted_are_found_as_such_only(
        self, contacts: Contacts, ada: Contact, at: datetime
    ) -> None:
        ada.delete(at=at)

        with pytest.raises(ContactNotFoundError):
            await contacts.get(ada.id)
        assert await contacts.deleted(ada.id) is ada
        assert await contacts.of(ada.subject_id) is ada

    async def test_the_living_come_before_the_deleted(
        self, contacts: Contacts, ada: Contact, at: datetime
    ) -> None:
        ada.delete(at=at)
        back = Contact.create(ada.person, at=at)
        contacts.add(back)

        assert await contacts.of(ada.subject_id) is back

    async def test_of_the_deleted_the_last_one_counts(
        self, contacts: Contacts, ada: Contact, at: datetime
    ) -> None:
        ada.delete(at=at)
        again = Contact.create(ada.person, at=at)
        contacts.add(again)
        again.delete(at=at + timedelta(seconds=1))

        assert await contacts.of(ada.subject_id) is again

    async def test_the_removed_are_gone(
        self, contacts: Contacts, ada: Contact, at: datetime
    ) -> None:
        ada.delete(at=at)
        await contacts.remove(ada)

        assert await contacts.deleted(ada.id) is None
        assert await contacts.of(ada.subject_id) is None

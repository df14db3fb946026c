"""The rules of a contact, without a database."""

import pickle
from datetime import datetime

import pytest

from contactflow.crm.contacts.model import Contact, Point
from contactflow.kernel import StaleError, new_id
from contactflow.testing.people import a_person
from contactflow.vault import Email, Phone

CLAIM = Point("ada@example.com", claimed=True)


@pytest.fixture
def ada(at: datetime) -> Contact:
    ada = Contact.create(a_person(), at=at, name="Ada", emails=(CLAIM,))
    ada.recorded()
    return ada


def test_an_update_tells_which_fields_changed(ada: Contact, at: datetime) -> None:
    changed = ada.update(at=at, name="Ada", company="Engines")

    [(event, version, _)] = ada.recorded()
    assert event.model_dump() == {"contact_id": ada.id, "fields": ("company",)}
    assert changed == ("company",)
    assert version == ada.version == 2


def test_an_update_that_says_nothing_new_is_no_event(ada: Contact, at: datetime) -> None:
    ada.update(at=at, name="Ada")

    assert not ada.recorded()


def test_a_stale_reader_is_refused(ada: Contact) -> None:
    with pytest.raises(StaleError):
        ada.expect(ada.version - 1)


def test_a_claim_tells_nobody_apart(ada: Contact, at: datetime) -> None:
    ada.update(at=at, phones=(Point("+33612345678"),))

    assert ada.identities == [Phone("+33612345678")]
    assert ada.claims == [Email("ada@example.com")]


def test_who_repeats_a_claim_does_not_confirm_it(ada: Contact, at: datetime) -> None:
    ada.update(at=at, emails=(Point("ada@example.com"), Point("eve@example.com")))

    assert ada.emails == (CLAIM, Point("eve@example.com"))


def test_a_deleted_contact_is_empty(ada: Contact, at: datetime) -> None:
    ada.delete(at=at)

    [(event, _, _)] = ada.recorded()
    assert event.type == "contact.deleted"
    assert (ada.name, ada.company, ada.phones, ada.emails, ada.language) == (
        *(None, None, (), (), None),
    )
    assert ada.deleted_at == at


def test_a_link_is_about_the_same_person(ada: Contact, at: datetime) -> None:
    subject_id = new_id()

    ada.link("chat", subject_id, at=at)

    [(event, _, _)] = ada.recorded()
    assert event.model_dump() == {"contact_id": ada.id, "service": "chat", "subject_id": subject_id}


def test_an_instance_holds_no_plain_value(ada: Contact) -> None:
    assert ada.name == "Ada"
    assert "Ada" not in f"{ada!r}{vars(ada)!r}"
    with pytest.raises(TypeError, match="never leaves"):
        pickle.dumps(ada)

"""The rules of a timeline item, without a database."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from contactflow.crm.contacts.model import Contact
from contactflow.crm.timeline.model import TimelineItem
from contactflow.kernel import new_id
from contactflow.testing.people import a_person

FACTS: list[Callable[[TimelineItem, datetime], None]] = [
    lambda item, at: item.seen(at=at),
    lambda item, at: item.seen(at=at + timedelta(minutes=5)),
    lambda item, _: item.counted(2),
    lambda item, _: item.counted(5),
    lambda item, _: item.came_to("handed_off", version=8),
    lambda item, _: item.came_to("closed", version=9),
]


@pytest.mark.parametrize("order", [*permutations(FACTS)][::31])
def test_the_order_of_what_is_heard_makes_no_difference(
    at: datetime, order: tuple[Callable[[TimelineItem, datetime], None], ...]
) -> None:
    contact = Contact.create(a_person(), at=at)
    later = at + timedelta(hours=1)
    item = TimelineItem.of(contact, new_id(), channel="web", at=later)

    for fact in (*order, *order[:2]):
        fact(item, at)

    assert (item.occurred_at, item.message_count, item.outcome) == (at, 5, "closed")


def test_an_item_is_about_the_contacts_person(at: datetime) -> None:
    contact, conversation_id = Contact.create(a_person(), at=at), new_id()

    item = TimelineItem.of(contact, conversation_id, channel="web", at=at)

    assert (item.id, item.contact_id) == (conversation_id, contact.id)
    assert item.subject_id == contact.subject_id

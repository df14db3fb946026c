"""Whoever is made up is found by what finds them in the product, and by nothing twice."""

from contactflow.crm.contacts.words import prefixes
from tests.load.contacts.filling import CONTACT, SUBJECT, an_id
from tests.load.contacts.names import beginnings, drawn

MANY = range(0, 900_000, 4_999)


def test_everybody_has_each_of_their_beginnings_once() -> None:
    for person in map(drawn, MANY):
        mine = [*beginnings(person.first)]
        mine += [one for one in beginnings(person.last) if len(one) > person.shared]

        assert len(mine) == len(set(mine))
        assert set(mine) == prefixes(person.name)


def test_ids_sort_as_people_are_numbered_and_tell_whose_they_are() -> None:
    ids = [an_id(kind, workspace, n) for n in MANY for workspace in (0, 1) for kind in (1, 2)]

    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids, key=lambda one: one.int >> 80)
    assert an_id(CONTACT, 0, 5).version == an_id(SUBJECT, 0, 5).version == 7


def test_a_person_is_the_same_whoever_asks() -> None:
    assert drawn(1444) == drawn(1444)
    assert len({drawn(n).email for n in MANY}) == len(MANY)

"""What blind indexes tell, and what they don't."""

from uuid import UUID

from contactflow.kernel import new_id
from contactflow.vault import Email, Phone
from contactflow.vault.indexes import SIZE, Indexer

ADA = Email.parse("ada@example.com")
WORKSPACE: UUID = new_id()


def test_an_identity_has_one_index_in_a_workspace_for_each_live_version() -> None:
    indexer = Indexer(WORKSPACE, {1: b"old", 2: b"new"})

    indexes = indexer.indexes([ADA, ADA])

    assert [(one.kind, one.version) for one in indexes] == [("email", 1), ("email", 2)]
    assert indexes[0] == Indexer(WORKSPACE, {1: b"old"}).indexes([ADA])[0]
    assert {len(one.digest) for one in indexes} == {SIZE}


def test_nothing_links_workspaces_kinds_versions_or_uses() -> None:
    here, there = Indexer(WORKSPACE, {1: b"s", 2: b"s2"}), Indexer(new_id(), {1: b"s"})
    digests = [
        *(one.digest for one in here.indexes([ADA, Phone("ada@example.com")])),
        *(one.digest for one in there.indexes([ADA])),
        *here.words("crm.contact.name", ["ada@example.com"]),
        *here.words("crm.company.name", ["ada@example.com"]),
    ]

    assert len({one[:8] for one in digests}) == len(digests) == 9


def test_what_an_erasure_leaves_is_not_the_index() -> None:
    indexer = Indexer(WORKSPACE, {1: b"s"})
    [index] = indexer.indexes([ADA])

    left = indexer.suppression(index)

    assert left == Indexer(WORKSPACE, {1: b"s"}).suppression(index)
    assert index.digest not in left
    assert left != Indexer(WORKSPACE, {1: b"t"}).suppression(index)


def test_indexes_come_in_one_order_whatever_was_asked() -> None:
    indexer, mob = Indexer(WORKSPACE, {1: b"s", 2: b"t"}), Phone("+33612345678")

    assert indexer.indexes([ADA, mob]) == indexer.indexes([mob, ADA])

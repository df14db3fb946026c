"""What a participant knows of somebody: the ingredients of privacy's fixed point."""

from collections.abc import Collection
from uuid import UUID

from contactflow.erasure.discovery import MOST, discover
from contactflow.erasure.links import Elsewhere, NoLinks
from contactflow.erasure.wire import Discovered, Index, Person
from contactflow.kernel import new_id
from contactflow.persistence import Work, Works
from contactflow.testing.rounds import named
from contactflow.vault import indexer
from libs.erasure.tests.things import ADA, BOB, EVE, LIFE, MOB, a_life, someone


class FakeLinks:
    """Of one person: our id, and the one in chat."""

    def __init__(self, ours: UUID, chats: UUID) -> None:
        self._ours, self._chats = ours, chats

    async def ours(self, work: Work, elsewhere: Elsewhere) -> frozenset[UUID]:
        linked = self._chats in elsewhere.get("chat", ())
        return frozenset({self._ours} if linked else ())

    async def elsewhere(self, work: Work, ours: Collection[UUID]) -> Elsewhere:
        return {"chat": (self._chats,)} if self._ours in ours else {}


async def asked(work: Work, person: Person) -> Discovered:
    return await discover(work, person, by="crm", links=NoLinks())


def told(work: Work, *identities: object) -> set[Index]:
    return set(named(work, *identities).indexes)  # type: ignore[arg-type]


async def test_nobody_is_found_by_nothing(work: Work) -> None:
    await someone(work, ADA)

    assert await asked(work, Person()) == Discovered(person=Person(subjects={"crm": ()}), rows={})


async def test_one_identity_brings_all_others_and_the_counts(work: Work) -> None:
    ada = await someone(work, ADA, MOB, claims=(EVE,))
    await a_life(work, ada)

    found = await asked(work, named(work, MOB))

    assert found.person.subjects == {"crm": (ada.id,)}
    assert set(found.person.indexes) == told(work, ADA, MOB)
    assert found.rows == LIFE | {"subjects": 1, "subject_identities": 3}
    assert found.claims == ()


async def test_who_is_named_by_our_id_is_found_if_there(work: Work) -> None:
    ada = await someone(work, ADA)

    found = await asked(work, named(work, crm=(ada.id, new_id())))

    assert found.person.subjects == {"crm": (ada.id,)}
    assert set(found.person.indexes) == told(work, ADA)


async def test_people_of_elsewhere_are_ours_by_a_link_and_ours_are_known_elsewhere(
    work: Work,
) -> None:
    ada, hers = await someone(work, ADA), new_id()
    links = FakeLinks(ada.id, hers)

    by_chat = await discover(work, named(work, chat=(hers,)), by="crm", links=links)
    by_mail = await discover(work, named(work, ADA), by="crm", links=links)

    assert by_chat.person == by_mail.person
    assert by_chat.person.subjects == {"crm": (ada.id,), "chat": (hers,)}


async def test_who_only_claims_is_told_apart_with_what_would_go(work: Work) -> None:
    ada, eve = await someone(work, ADA), await someone(work, EVE, claims=(ADA, MOB))
    await a_life(work, eve)

    found = await asked(work, named(work, ADA))

    assert found.person.subjects == {"crm": (ada.id,)}
    assert set(found.person.indexes) == told(work, ADA)
    [claim] = found.claims
    assert (claim.subject_id, claim.kind) == (eve.id, "email")
    assert claim.rows == LIFE | {"subjects": 1, "subject_identities": 3}
    assert found.rows == {"subjects": 1, "subject_identities": 1}


async def test_the_newest_claimants_are_listed_whole_and_the_others_counted(work: Work) -> None:
    await someone(work, ADA, MOB)
    claimants = [await someone(work, claims=(ADA, MOB)) for _ in range(MOST + 2)]

    found = await asked(work, named(work, ADA))

    newest = sorted((one.id for one in claimants), reverse=True)[:MOST]
    listed = [(one.subject_id, one.kind) for one in found.claims]
    assert listed == [(one, kind) for one in newest for kind in ("email", "phone")]
    assert found.more_claims == 2


async def test_who_claims_what_we_only_now_learn_is_told_too(work: Work) -> None:
    await someone(work, ADA, MOB)
    bob = await someone(work, BOB, claims=(MOB,))

    found = await asked(work, named(work, ADA))

    assert [(one.subject_id, one.kind) for one in found.claims] == [(bob.id, "phone")]


async def test_who_has_been_decided_on_is_no_claim_any_more(work: Work) -> None:
    bob = await someone(work, BOB, claims=(ADA,))

    found = await asked(work, named(work, ADA, crm=(bob.id,)))

    assert found.claims == ()
    assert set(found.person.indexes) == told(work, BOB)


async def test_nobody_of_another_workspace_is_found(
    works: Works, workspace_id: UUID, other_workspace_id: UUID
) -> None:
    theirs = await works.run(other_workspace_id, lambda work: someone(work, ADA))

    async with works.begin(workspace_id) as work:
        found = await asked(work, named(work, ADA, crm=(theirs.id,)))

    assert found.person == Person(subjects={"crm": ()})


async def test_a_workspace_that_is_unknown_here_has_nobody(works: Works) -> None:
    async with works.begin(new_id()) as work:
        assert indexer(work.session.info)

        found = await asked(work, named(work, ADA))

    assert (found.person.indexes, found.rows, found.claims) == ((), {}, ())

"""A contact is found by whom they are in chat, erased, and not brought back: on crm's tables."""

from uuid import UUID

from httpx import AsyncClient

from contactflow.crm.contacts.visitors import Visitor
from contactflow.crm.participant import PARTICIPANT
from contactflow.erasure.discovery import discover
from contactflow.erasure.queries import deleted
from contactflow.erasure.residue import residue
from contactflow.erasure.wire import Discovered, Person
from contactflow.kernel import new_id
from contactflow.persistence import Work, Works
from contactflow.testing.rounds import erased, named
from contactflow.vault import Email, Phone
from contactflow.vault.subjects import stranger
from services.crm.tests.conftest import Hear
from services.crm.tests.facts import Conversation
from services.crm.tests.fakes import FakeChat

ADA, MOB = Email("ada@example.com"), Phone("+33612345678")


async def found(works: Works, workspace_id: UUID, asked: Person) -> Discovered:
    async def look(work: Work) -> Discovered:
        return await discover(work, asked, by="crm", links=PARTICIPANT.links)

    return await works.run(workspace_id, look)


async def with_an_email(http: AsyncClient) -> str:
    """Staff add one to the only contact there is."""
    [contact] = (await http.get("/v1/contacts")).json()["data"]
    url, etag = f"/v1/contacts/{contact['id']}", {"If-Match": "*"}
    changed = await http.patch(url, json={"emails": [ADA.value]}, headers=etag)
    assert changed.status_code == 200, changed.text
    return url


async def test_one_e_mail_leads_to_the_visitor_and_the_visitor_to_the_e_mail(
    hear: Hear, chat: FakeChat, talk: Conversation, http: AsyncClient, works: Works
) -> None:
    chat.someone = Visitor("Ada", identities=frozenset({MOB}))
    await hear(talk.started())
    await with_an_email(http)

    async with works.begin(talk.workspace_id) as work:
        by_mail, both = named(work, ADA), set(named(work, ADA, MOB).indexes)
    known = await found(works, talk.workspace_id, by_mail)
    again = await found(works, talk.workspace_id, Person(subjects={"chat": (talk.subject_id,)}))

    assert known.person.subjects["chat"] == (talk.subject_id,)
    assert set(known.person.indexes) == both
    assert again == known
    assert known.rows == {
        "subjects": 1,
        "subject_identities": 2,
        "contacts": 1,
        "contact_links": 1,
        "contact_tokens": 2,
        "timeline_items": 1,
    }


async def test_who_was_erased_is_gone_and_no_late_event_brings_them_back(
    hear: Hear, chat: FakeChat, talk: Conversation, http: AsyncClient, works: Works
) -> None:
    chat.someone = Visitor("Ada", identities=frozenset({MOB}))
    await hear(talk.started(), talk.received())
    url = await with_an_email(http)

    what = await works.run(talk.workspace_id, lambda work: erased(work, ADA, MOB))
    await hear(talk.received(3), talk.sent(4), talk.closed())

    assert (await http.get(url)).status_code == 404
    assert (await http.get("/v1/contacts")).json()["data"] == []
    async with works.begin(talk.workspace_id) as work:
        assert await residue(work, named(work, ADA, MOB), by="crm") == {}
        assert (await deleted(work, what.request_id))["timeline_items"] == 1


async def test_a_visitor_who_is_known_by_nothing_is_not_brought_back_by_what_was_fetched_before(
    hear: Hear, chat: FakeChat, talk: Conversation, http: AsyncClient, works: Works
) -> None:
    they = frozenset({stranger("chat", talk.subject_id)})
    await works.run(talk.workspace_id, lambda work: erased(work, strangers=they))

    chat.someone = Visitor("Ada")
    await hear(talk.started(), talk.received())

    assert (await http.get("/v1/contacts")).json()["data"] == []


async def test_a_deleted_contact_is_still_known_by_whom_they_are_in_chat(
    hear: Hear, chat: FakeChat, talk: Conversation, http: AsyncClient, works: Works
) -> None:
    chat.someone = Visitor("Ada")
    await hear(talk.started())
    await http.delete(await with_an_email(http))

    known = await found(works, talk.workspace_id, Person(subjects={"chat": (talk.subject_id,)}))

    assert len(known.person.subjects["crm"]) == 1
    assert known.rows["contacts"] == 1


async def test_links_of_another_service_or_workspace_are_nobodys(
    hear: Hear, chat: FakeChat, talk: Conversation, works: Works, other_workspace_id: UUID
) -> None:
    chat.someone = Visitor("Ada")
    await hear(talk.started())
    hers = (talk.subject_id,)

    elsewhere = await found(works, other_workspace_id, Person(subjects={"chat": hers}))
    another = await found(works, talk.workspace_id, Person(subjects={"gateway": hers}))
    strange = await found(works, talk.workspace_id, Person(subjects={"chat": (new_id(),)}))

    assert {one.person.subjects["crm"] for one in (elsewhere, another, strange)} == {()}

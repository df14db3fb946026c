"""What crm does when something happens elsewhere, on real PostgreSQL."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from httpx import AsyncClient

from contactflow.crm.contacts.visitors import Visitor
from contactflow.crm.worker import reactions
from contactflow.events import Fact
from contactflow.events.contacts import ContactDeleted
from contactflow.events.workspaces import WorkspaceCreated
from contactflow.kernel import decode, new_id
from contactflow.persistence import Works
from contactflow.testing.clock import NOON
from contactflow.testing.fences import fence
from contactflow.vault import Email, Phone, Vault
from services.crm.tests.conftest import Hear
from services.crm.tests.facts import Conversation
from services.crm.tests.fakes import FakeChat, FakeVoice

ADA, MOB = Email("ada@example.com"), Phone("+33612345678")
SECOND = timedelta(seconds=1)


async def contacts(http: AsyncClient) -> list[dict[str, Any]]:
    return list((await http.get("/v1/contacts")).json()["data"])


async def timeline(http: AsyncClient) -> list[dict[str, Any]]:
    [contact] = await contacts(http)
    return list((await http.get(f"/v1/contacts/{contact['id']}/timeline")).json()["data"])


def test_every_reaction_has_a_name_of_its_own(
    vault: Vault, chat: FakeChat, voice: FakeVoice
) -> None:
    names = [one.name for one in reactions(vault, chat, voice)]

    assert len(names) == len(set(names)) == 12


async def test_a_new_workspace_gets_its_key_once(hear: Hear, works: Works, at: datetime) -> None:
    body = WorkspaceCreated(workspace_id=new_id(), legal_role="processor", locale="en")
    fact = Fact(new_id(), body.workspace_id, body.workspace_id, 1, at, body)

    await hear(fact, fact)

    async with works.begin(body.workspace_id) as work:
        assert work.session.info["keyring"].current == 1


async def test_a_visitor_becomes_a_contact_once(
    hear: Hear, chat: FakeChat, talk: Conversation, http: AsyncClient
) -> None:
    chat.someone = Visitor("Ada", "fr", frozenset({MOB}), frozenset({ADA}))
    started = talk.started()

    await hear(started, started, talk.received())

    [ada] = await contacts(http)
    assert (ada["name"], ada["language"]) == ("Ada", "fr")
    assert ada["phones"] == [{"value": MOB.value, "verified": False, "claimed": False}]
    assert ada["emails"] == [{"value": ADA.value, "verified": False, "claimed": True}]


async def test_a_visitor_who_is_gone_is_dropped(
    hear: Hear, talk: Conversation, http: AsyncClient
) -> None:
    await hear(talk.started())

    assert await contacts(http) == []


async def test_two_visitors_who_type_the_same_e_mail_are_two_contacts(
    hear: Hear, chat: FakeChat, workspace_id: UUID, at: datetime, http: AsyncClient
) -> None:
    chat.someone = Visitor(claims=frozenset({ADA}))

    await hear(*(Conversation(workspace_id, at).started() for _ in range(2)))

    assert len(await contacts(http)) == 2


async def test_one_visitor_of_two_conversations_is_one_contact(
    hear: Hear, chat: FakeChat, workspace_id: UUID, at: datetime, http: AsyncClient
) -> None:
    chat.someone = Visitor(identities=frozenset({MOB}))

    await hear(*(Conversation(workspace_id, at).started() for _ in range(2)))

    assert len(await timeline(http)) == 2


async def test_only_what_the_person_did_after_the_erasure_makes_a_contact(
    hear: Hear, chat: FakeChat, works: Works, workspace_id: UUID, at: datetime, http: AsyncClient
) -> None:
    chat.someone = Visitor(claims=frozenset({ADA}))
    await works.run(workspace_id, lambda work: fence(work, ADA, at))
    before, after = Conversation(workspace_id, at), Conversation(workspace_id, at + SECOND)

    await hear(before.started(), before.received(), after.sent(), after.closed())
    assert await contacts(http) == []
    await hear(after.received())

    assert len(await contacts(http)) == 1


async def test_a_timeline_shows_a_conversation(
    hear: Hear, chat: FakeChat, talk: Conversation, http: AsyncClient
) -> None:
    chat.someone = Visitor("Ada")

    await hear(talk.started(), talk.received(1), talk.sent(2), talk.closed())

    [item] = await timeline(http)
    assert (item["kind"], item["channel"], item["title"]) == ("conversation", "web", "Web chat")
    assert (item["counts"], item["outcome"]) == ({"messages": 2, "turns": 0}, "closed")
    assert item["ref"]["id"].startswith("cnv_")


async def test_the_order_of_the_facts_makes_no_difference(
    hear: Hear, chat: FakeChat, workspace_id: UUID, at: datetime, http: AsyncClient
) -> None:
    chat.someone = Visitor("Ada", identities=frozenset({MOB}))

    for order in [*permutations(range(4))][::5]:
        talk = Conversation(workspace_id, at)
        facts = [talk.started(), talk.received(3), talk.handed_off(), talk.closed()]
        await hear(*(facts[place] for place in order))

    items = await timeline(http)
    assert {(one["counts"]["messages"], one["outcome"]) for one in items} == {(3, "closed")}
    assert len(items) == 5


async def test_a_visitor_who_writes_on_is_a_new_contact_with_the_conversation(
    hear: Hear, chat: FakeChat, talk: Conversation, http: AsyncClient, workspace_id: UUID
) -> None:
    chat.someone = Visitor("Ada", claims=frozenset({ADA}))
    await hear(talk.started(), talk.received(1))
    [ada] = await contacts(http)
    await http.delete(f"/v1/contacts/{ada['id']}")
    later = Conversation(workspace_id, NOON + SECOND)
    later.id, later.subject_id = talk.id, talk.subject_id

    await hear(later.received(3), later.sent(4))
    body = ContactDeleted(contact_id=decode("con", ada["id"]))
    await hear(Fact(new_id(), workspace_id, body.contact_id, 3, NOON, body))

    [anew] = await contacts(http)
    assert anew["id"] != ada["id"]
    assert [one["claimed"] for one in anew["emails"]] == [True]
    [item] = await timeline(http)
    assert item["counts"]["messages"] == 4


async def test_no_event_revives_a_deleted_contact(
    hear: Hear, chat: FakeChat, talk: Conversation, http: AsyncClient, at: datetime
) -> None:
    chat.someone = Visitor("Ada", identities=frozenset({MOB}))
    await hear(talk.started())
    [ada] = await contacts(http)
    await http.delete(f"/v1/contacts/{ada['id']}")

    await hear(talk.received(), Conversation(talk.workspace_id, at).started())

    assert await contacts(http) == []
    assert (await http.get(f"/v1/contacts/{ada['id']}/timeline")).status_code == 404

"""crm's worker on real Kafka and real PostgreSQL: what it hears, tells, and does later."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from contactflow.crm.contacts.visitors import Visitor
from contactflow.crm.worker import jobs, reactions
from contactflow.events import Fact, topics
from contactflow.events.contacts import CONTACTS, ContactDeleted
from contactflow.kernel import decode, new_id
from contactflow.messaging import Changes, DeadLetters, Jobs, Kafka, Relay, react
from contactflow.messaging.consumer import Consumer
from contactflow.messaging.deadletters import Graveyard
from contactflow.messaging.envelope import Record
from contactflow.messaging.sending import Sender
from contactflow.messaging.settling import Patience, Settler
from contactflow.persistence import Works
from contactflow.testing.clock import NOON, FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker
from contactflow.testing.parts import publish, running
from contactflow.testing.rounds import erased
from contactflow.testing.waiting import until
from contactflow.vault import Email, Phone, Vault
from contactflow.vault.subjects import stranger
from services.crm.tests.facts import Conversation
from services.crm.tests.fakes import FakeChat, FakeVoice

ADA = Visitor(
    "Planted Ada", "fr", frozenset({Phone("+33612345678")}), frozenset({Email("planted@x.org")})
)
MONTH = timedelta(days=30)


@pytest.fixture
async def kafka(broker: Broker) -> AsyncIterator[Kafka]:
    kafka = Kafka(broker.bootstrap)
    yield kafka
    await kafka.close()


async def test_a_conversation_on_kafka_becomes_a_contact_and_ids_on_kafka(
    broker: Broker, kafka: Kafka, engines: Engines, works: Works, vault: Vault, workspace_id: UUID
) -> None:
    chat, topic = FakeChat(ADA), f"test.{new_id().hex}"
    await broker.topic(*topics(), topic)
    talk = Conversation(workspace_id, NOON)
    settler = Settler(works, reactions(vault, chat, FakeVoice()), Graveyard(kafka, topic))
    consumer = Consumer(kafka, topic, [topic], settler.settle)

    facts = [talk.started(), talk.received(), talk.started()]
    await publish(kafka, topic, *facts, source="chat")

    async def told() -> list[Record]:
        ours = ("ce_workspaceid", str(workspace_id).encode())
        return [one for one in await broker.records(CONTACTS.name) if ours in one.headers]

    async def both() -> bool:
        return len(await told()) >= 2

    async with running(consumer, Relay(engines.system, Sender(kafka, "crm"))):
        await until(both, longest=30)
    kinds = [dict(one.headers)["ce_type"] for one in await told()]
    assert kinds == [b"contact.created", b"contact.linked"]
    assert "planted" not in f"{await told()}".lower()


class Broken(FakeChat):
    """Has a bug, until it is mended."""

    mended = False

    async def visitor(self, workspace_id: UUID, subject_id: UUID) -> Visitor | None:
        if not self.mended:
            raise ZeroDivisionError
        return self.someone


INBOX = text("SELECT dropped FROM inbox WHERE event_id = :event")


async def test_a_dead_letter_that_is_redriven_after_an_erasure_is_dropped_and_counted(
    broker: Broker, kafka: Kafka, works: Works, vault: Vault, workspace_id: UUID
) -> None:
    chat, topic = Broken(ADA), f"test.{new_id().hex}"
    await broker.topic(*topics(), topic)
    talk, dead = Conversation(workspace_id, NOON), DeadLetters(kafka, topic)
    started = talk.started()
    hasty = Patience(shortest=0.01, longest=0.02)
    settler = Settler(
        works, reactions(vault, chat, FakeVoice()), Graveyard(kafka, topic), patience=hasty
    )

    async def heard() -> list[bool]:
        found = await works.run(workspace_id, lambda work: work.rows(INBOX, {"event": started.id}))
        return list(found.scalars())

    async with running(Consumer(kafka, topic, [topic], settler.settle)):
        await publish(kafka, topic, started, source="chat")
        [letter] = await until(lambda: dead.list(topic), longest=30)
        they = frozenset({stranger("chat", talk.subject_id)})
        await works.run(workspace_id, lambda work: erased(work, *ADA.identities, strangers=they))
        chat.mended = True
        await dead.redrive(topic, letter.id, by="ada")
        dropped = await until(heard, longest=30)

    assert dropped == [True]
    assert await left(works, workspace_id) == (0, 0, 0, 0)
    assert await dead.list(topic) == []


LEFT = text("""
    SELECT (SELECT count(*) FROM contacts), (SELECT count(*) FROM contact_links),
           (SELECT count(*) FROM subjects), (SELECT count(*) FROM subject_identities)
""")


async def left(works: Works, workspace_id: UUID) -> tuple[int, ...]:
    """Contacts, links, people and identities."""
    return tuple((await works.run(workspace_id, lambda work: work.rows(LEFT))).one())


@pytest.fixture
async def deleted(http: AsyncClient, works: Works, vault: Vault, workspace_id: UUID) -> None:
    """A contact that a visitor became, deleted at noon."""
    known = {one.name: one for one in reactions(vault, FakeChat(ADA), FakeVoice())}
    started = Conversation(workspace_id, NOON).started()
    await react(works, known["timeline.conversation.started"], started)
    [ada] = (await http.get("/v1/contacts")).json()["data"]
    await http.delete(f"/v1/contacts/{ada['id']}")
    body = ContactDeleted(contact_id=decode("con", ada["id"]))
    fact = Fact(new_id(), workspace_id, body.contact_id, 3, NOON, body)
    await react(works, known["contacts.remove_later"], fact)


async def test_a_deleted_contact_is_removed_after_thirty_days(
    deleted: None, engines: Engines, works: Works, clock: FakeClock, workspace_id: UUID
) -> None:
    changes, system = Changes(engines.system), Works(engines.system)
    part = Jobs(works, system, jobs(clock), clock=clock, changes=changes)
    part.poll = 0.05

    async def gone() -> bool:
        return await left(works, workspace_id) == (0, 0, 0, 0)

    async with running(part):
        clock.advance(MONTH - timedelta(seconds=1))
        await asyncio.sleep(0.3)
        assert await left(works, workspace_id) == (1, 1, 1, 2)
        clock.advance(timedelta(seconds=1))
        await until(gone)

"""What chat does when something happens elsewhere, on real PostgreSQL; once through real Kafka."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from contactflow.chat.settings import ChatSettings
from contactflow.chat.worker import reactions
from contactflow.events import topics
from contactflow.events.agents import AgentDeleted, AgentPublished
from contactflow.events.contacts import ContactDeleted, ContactLinked
from contactflow.events.conversations import CONVERSATIONS
from contactflow.events.workspaces import WorkspaceCreated
from contactflow.kernel import UnavailableError, encode, new_id
from contactflow.messaging import Kafka, Part
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.runtime.agents import SqlAgents, have_agent
from contactflow.testing.agents import FakeGateway, bo
from contactflow.testing.ears import Ears
from contactflow.testing.kafka import Broker
from contactflow.testing.waiting import until
from services.chat.tests.visitors import Visitor, Visitors


@pytest.fixture
def ears(on: Platform[ChatSettings], gateway: FakeGateway, at: datetime) -> Ears:
    return Ears(on.works, reactions(on.vault, gateway), at)


def test_every_reaction_has_a_name_of_its_own(ears: Ears) -> None:
    names = [one.name for one in ears.known]

    assert len(names) == len(set(names)) == 5


async def test_a_new_workspace_gets_its_key(ears: Ears, on: Platform[ChatSettings]) -> None:
    workspace_id = new_id()
    created = WorkspaceCreated(workspace_id=workspace_id, legal_role="processor", locale="en")

    await ears.hear(workspace_id, created, twice=True)

    async def sealed(work: Work) -> bool:
        return work.session.info["keyring"] is not None

    assert await on.works.run(workspace_id, sealed)


async def version(on: Platform[ChatSettings], workspace_id: UUID, agent_id: UUID) -> int | None:
    newest = await on.works.run(workspace_id, lambda work: SqlAgents(work).newest(agent_id))
    return newest.version if newest else None


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (2, 2)])
async def test_the_newest_published_version_counts_in_whatever_order_it_comes(
    ears: Ears, on: Platform[ChatSettings], gateway: FakeGateway, workspace_id: UUID, order: Any
) -> None:
    agent_id = new_id()
    for number in order:
        gateway.published[workspace_id, agent_id, number] = bo(agent_id, version=number)

    for number in order:
        published = AgentPublished(agent_id=agent_id, agent_version=number)
        await ears.hear(workspace_id, published, twice=True)

    assert await version(on, workspace_id, agent_id) == 2


async def test_an_agent_that_is_gone_leaves_nothing(
    ears: Ears, on: Platform[ChatSettings], workspace_id: UUID
) -> None:
    agent_id = new_id()

    await ears.hear(workspace_id, AgentPublished(agent_id=agent_id, agent_version=1))

    assert await version(on, workspace_id, agent_id) is None


async def test_a_deleted_agent_is_given_out_no_more_and_does_not_come_back(
    ears: Ears, on: Platform[ChatSettings], gateway: FakeGateway, workspace_id: UUID
) -> None:
    agent_id, other = new_id(), new_id()
    for one, number in ((agent_id, 1), (agent_id, 2), (other, 1)):
        gateway.published[workspace_id, one, number] = bo(one, version=number)
    for one in (agent_id, other):
        await ears.hear(workspace_id, AgentPublished(agent_id=one, agent_version=1))

    await ears.hear(workspace_id, AgentDeleted(agent_id=agent_id), twice=True)
    for number in (1, 2):
        late = AgentPublished(agent_id=agent_id, agent_version=number)
        await ears.hear(workspace_id, late, twice=True)

    assert await version(on, workspace_id, agent_id) is None
    assert await version(on, workspace_id, other) == 1


async def test_an_agent_that_is_deleted_before_its_copy_came_never_answers(
    ears: Ears, on: Platform[ChatSettings], gateway: FakeGateway, workspace_id: UUID
) -> None:
    agent_id = new_id()
    gateway.published[workspace_id, agent_id, 1] = bo(agent_id)
    await ears.hear(workspace_id, AgentDeleted(agent_id=agent_id))

    await have_agent(on.works, gateway, workspace_id, agent_id)

    assert await version(on, workspace_id, agent_id) is None


async def test_an_event_waits_while_gateway_is_away(
    ears: Ears, gateway: FakeGateway, workspace_id: UUID
) -> None:
    gateway.error = UnavailableError()

    with pytest.raises(UnavailableError):
        await ears.hear(workspace_id, AgentPublished(agent_id=new_id(), agent_version=1))


async def contact_of(visitor: Visitor, staff: dict[str, str]) -> str | None:
    answer = await visitor.http.get(f"/v1/conversations/{visitor.conversation}", headers=staff)
    contact_id: str | None = answer.json()["contact_id"]
    return contact_id


async def test_a_linked_contact_is_shown_with_its_conversations(
    ears: Ears, visitors: Visitors, staff: dict[str, str]
) -> None:
    visitor, other, contact_id = await visitors.come(), await visitors.come(), new_id()
    subject_id = await visitors.subject_of(visitor)
    linked = ContactLinked(contact_id=contact_id, service="chat", subject_id=subject_id)

    await ears.hear(visitors.workspace_id, linked, twice=True)

    assert await contact_of(visitor, staff) == encode("con", contact_id)
    assert await contact_of(other, staff) is None


async def test_a_deleted_contact_is_no_longer_shown_nor_found(
    ears: Ears, visitors: Visitors, staff: dict[str, str]
) -> None:
    visitor, contact_id = await visitors.come(), new_id()
    await visitor.send("hello")
    subject_id = await visitors.subject_of(visitor)
    linked = ContactLinked(contact_id=contact_id, service="chat", subject_id=subject_id)
    await ears.hear(visitors.workspace_id, linked)

    await ears.hear(visitors.workspace_id, ContactDeleted(contact_id=contact_id), twice=True)

    theirs = f"/v1/conversations?contact_id={encode('con', contact_id)}"
    assert await contact_of(visitor, staff) is None
    assert (await visitor.http.get(theirs, headers=staff)).json()["data"] == []


async def test_a_contact_of_nobody_here_changes_nothing(
    ears: Ears, visitors: Visitors, staff: dict[str, str]
) -> None:
    visitor = await visitors.come()
    linked = ContactLinked(contact_id=new_id(), service="chat", subject_id=new_id())

    await ears.hear(visitors.workspace_id, linked)

    assert await contact_of(visitor, staff) is None


@pytest.fixture
async def worker(
    on: Platform[ChatSettings], broker: Broker, gateway: FakeGateway
) -> AsyncIterator[Platform[ChatSettings]]:
    """A relay and a consumer on real Kafka."""
    await broker.topic(*topics())
    kafka = Kafka(broker.bootstrap)
    backbone = replace(on, kafka=kafka).backbone
    parts: list[Part] = [
        on.changes,
        on.doorbell,
        backbone.relay(),
        backbone.consumer(reactions(on.vault, gateway)),
    ]
    async with asyncio.TaskGroup() as tasks:
        for part in parts:
            tasks.create_task(part.run())
        yield on
        for part in parts:
            part.stop()
    await kafka.close()


async def test_what_a_visitor_does_is_told_through_kafka_by_ids_only(
    worker: Platform[ChatSettings], visitors: Visitors, broker: Broker
) -> None:
    visitor = await visitors.come(visitor={"name": "Canary"})
    await visitor.send("a canary in a coal mine")

    async def told() -> list[Any]:
        records = await broker.records(CONVERSATIONS.name)
        return [one for one in records if one.key == str(visitor.conversation_id).encode()]

    records = await until(lambda: _enough(told), longest=30)

    types = [dict(one.headers)["ce_type"] for one in records]
    assert types == [b"conversation.started", b"message.received"]
    assert not any(b"anary" in one.value for one in records)


async def _enough(told: Any) -> list[Any]:
    found: list[Any] = await told()
    return found if len(found) == 2 else []

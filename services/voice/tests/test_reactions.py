"""What voice does when something happens elsewhere, on real PostgreSQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from contactflow.events.agents import AgentDeleted, AgentPublished
from contactflow.events.workspaces import WorkspaceCreated
from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.runtime.agents import SqlAgents
from contactflow.testing.agents import FakeGateway, bo
from contactflow.testing.ears import Ears
from contactflow.voice.calls.contacts import Served
from contactflow.voice.phrases.repository import SqlPhrases
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.worker import reactions
from services.voice.tests.switchboard import QUIET


class NoContacts:
    async def get(self, _: UUID, __: UUID) -> Served | None:
        return None


@pytest.fixture
def ears(on: Platform[VoiceSettings], gateway: FakeGateway, at: datetime) -> Ears:
    return Ears(on.works, reactions(on.vault, gateway, NoContacts()), at)


def test_every_reaction_has_a_name_of_its_own(ears: Ears) -> None:
    names = [one.name for one in ears.known]

    assert len(names) == len(set(names)) == 8


async def test_a_new_workspace_gets_its_key(ears: Ears, on: Platform[VoiceSettings]) -> None:
    workspace_id = new_id()
    created = WorkspaceCreated(workspace_id=workspace_id, legal_role="processor", locale="en")

    await ears.hear(workspace_id, created, twice=True)

    async def sealed(work: Work) -> bool:
        return work.session.info["keyring"] is not None

    assert await on.works.run(workspace_id, sealed)


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (2, 2)])
async def test_the_newest_published_version_counts_in_whatever_order_it_comes(
    ears: Ears, on: Platform[VoiceSettings], gateway: FakeGateway, workspace_id: UUID, order: Any
) -> None:
    agent_id = new_id()
    for number in order:
        gateway.published[workspace_id, agent_id, number] = bo(agent_id, version=number)

    for number in order:
        published = AgentPublished(agent_id=agent_id, agent_version=number)
        await ears.hear(workspace_id, published, twice=True)

    newest = await on.works.run(workspace_id, lambda work: SqlAgents(work).newest(agent_id))
    assert newest
    assert newest.version == 2


async def test_a_deleted_agent_is_given_out_no_more_and_does_not_come_back(
    ears: Ears, on: Platform[VoiceSettings], gateway: FakeGateway, workspace_id: UUID
) -> None:
    agent_id = new_id()
    gateway.published[workspace_id, agent_id, 1] = bo(agent_id)
    published = AgentPublished(agent_id=agent_id, agent_version=1)
    await ears.hear(workspace_id, published)
    await on.works.run(workspace_id, lambda work: SqlPhrases(work).keep(agent_id, 1, QUIET))

    await ears.hear(workspace_id, AgentDeleted(agent_id=agent_id), twice=True)
    await ears.hear(workspace_id, published)

    assert not await on.works.run(workspace_id, lambda work: SqlAgents(work).newest(agent_id))
    assert not await on.works.run(workspace_id, lambda work: SqlPhrases(work).voiced(agent_id))

"""The one suite of Agents, on both."""

from datetime import datetime

import pytest

from contactflow.gateway.agents import service
from contactflow.gateway.agents.errors import AgentNotFoundError
from contactflow.gateway.agents.repository import SqlAgents
from contactflow.gateway.agents.service import Agents
from contactflow.kernel import new_id
from contactflow.persistence import Work
from services.gateway.tests.fakes import InMemoryAgents


class AgentsSuite:
    """Subclass it with the fixture `agents`."""

    async def test_an_agent_is_there_until_it_is_deleted(
        self, agents: Agents, at: datetime
    ) -> None:
        agent = await service.create(agents, said={"name": "A", "prompt": "B"}, at=at)

        assert await agents.get(agent.id) is agent
        await service.delete(agents, agent_id=agent.id, version=None, at=at)
        with pytest.raises(AgentNotFoundError):
            await agents.get(agent.id)

    async def test_publishing_twice_is_two_versions_after_a_change(
        self, agents: Agents, at: datetime
    ) -> None:
        agent = await service.create(agents, said={"name": "A", "prompt": "B"}, at=at)

        await service.publish(agents, agent_id=agent.id, at=at)
        changed = {"prompt": "C"}
        await service.update(agents, agent_id=agent.id, version=2, said=changed, at=at)  # type: ignore[arg-type]
        again = await service.publish(agents, agent_id=agent.id, at=at)

        assert (again.published_version, again.version) == (2, 4)

    async def test_one_that_was_never_made_is_not_there(self, agents: Agents) -> None:
        with pytest.raises(AgentNotFoundError):
            await agents.get(new_id())


class TestInMemoryAgents(AgentsSuite):
    @pytest.fixture
    def agents(self) -> InMemoryAgents:
        return InMemoryAgents()


class TestSqlAgents(AgentsSuite):
    @pytest.fixture
    def agents(self, work: Work) -> SqlAgents:
        return SqlAgents(work)

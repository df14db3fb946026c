"""Loading and storing agents."""

from uuid import UUID

from contactflow.gateway.agents.errors import AgentNotFoundError
from contactflow.gateway.agents.model import Agent, AgentVersion
from contactflow.persistence import Work


class SqlAgents:
    def __init__(self, work: Work) -> None:
        self._work = work

    @property
    def workspace_id(self) -> UUID:
        return self._work.workspace_id

    async def get(self, agent_id: UUID) -> Agent:
        """Held until the commit, so that two publications are two versions."""
        key = (self.workspace_id, agent_id)
        agent = await self._work.session.get(Agent, key, with_for_update=True)
        if agent is None:
            raise AgentNotFoundError
        return agent

    def add(self, agent: Agent) -> None:
        self._work.session.add(agent)

    def keep(self, version: AgentVersion) -> None:
        self._work.session.add(version)

    async def remove(self, agent: Agent) -> None:
        await self._work.session.delete(agent)

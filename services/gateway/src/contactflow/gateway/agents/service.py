"""What can be done with agents."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from contactflow.gateway.agents.model import Agent, AgentVersion, Definition
from contactflow.persistence import Expected


class Agents(Protocol):
    @property
    def workspace_id(self) -> UUID: ...
    async def get(self, agent_id: UUID, /) -> Agent: ...
    def add(self, agent: Agent, /) -> None: ...
    def keep(self, version: AgentVersion, /) -> None: ...
    async def remove(self, agent: Agent, /) -> None: ...


async def create(agents: Agents, *, said: Definition, at: datetime) -> Agent:
    agent = Agent.draft(agents.workspace_id, at=at, **said)
    agents.add(agent)
    return agent


async def update(
    agents: Agents, *, agent_id: UUID, version: Expected, said: Definition, at: datetime
) -> Agent:
    agent = await agents.get(agent_id)
    agent.expect(version)
    agent.update(at=at, **said)
    return agent


async def publish(agents: Agents, *, agent_id: UUID, at: datetime) -> Agent:
    agent = await agents.get(agent_id)
    if version := agent.publish(at=at):
        agents.keep(version)
    return agent


async def delete(agents: Agents, *, agent_id: UUID, version: Expected, at: datetime) -> None:
    """With all its versions; who answers with a copy of one is told, in the same transaction."""
    agent = await agents.get(agent_id)
    agent.expect(version)
    agent.delete(at=at)
    await agents.remove(agent)

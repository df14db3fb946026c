"""What a service that answers with agents does when one is published, or deleted."""

from typing import Any

from contactflow.events import Fact
from contactflow.events.agents import AgentDeleted, AgentPublished
from contactflow.messaging import Reaction, on
from contactflow.persistence import Work
from contactflow.runtime.agents.gateway import Gateway
from contactflow.runtime.agents.model import Definition
from contactflow.runtime.agents.repository import SqlAgents


def keeps_agents(gateway: Gateway) -> list[Reaction[Any]]:
    """Fetch the version that the event names, and have a copy of it, until the agent is deleted."""

    async def published(fact: Fact[AgentPublished]) -> Definition | None:
        body = fact.body
        return await gateway.agent(fact.workspace_id, body.agent_id, body.agent_version)

    async def keep(work: Work, _: Fact[AgentPublished], definition: Definition) -> None:
        await SqlAgents(work).keep(definition)

    return [
        on(AgentPublished, "agents.keep", fetch=published, apply=keep),
        on(AgentDeleted, "agents.retire", apply=_retire),
    ]


async def _retire(work: Work, fact: Fact[AgentDeleted]) -> None:
    await SqlAgents(work).retire(fact.body.agent_id)

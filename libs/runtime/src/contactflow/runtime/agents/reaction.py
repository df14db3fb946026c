"""What a service that answers with agents does when one is published."""

from contactflow.events import Fact
from contactflow.events.agents import AgentPublished
from contactflow.messaging import Reaction, on
from contactflow.persistence import Work
from contactflow.runtime.agents.gateway import Gateway
from contactflow.runtime.agents.model import Definition
from contactflow.runtime.agents.repository import SqlAgents


def keeps_agents(gateway: Gateway) -> Reaction[AgentPublished]:
    """Fetch the version that the event names, and have a copy of it."""

    async def published(fact: Fact[AgentPublished]) -> Definition | None:
        body = fact.body
        return await gateway.agent(fact.workspace_id, body.agent_id, body.agent_version)

    async def keep(work: Work, _: Fact[AgentPublished], definition: Definition) -> None:
        await SqlAgents(work).keep(definition)

    return on(AgentPublished, "agents.keep", fetch=published, apply=keep)

"""What chat does when an agent is published."""

from typing import Any

from contactflow.chat.agents.repository import SqlAgents
from contactflow.chat.agents.schemas import Definition
from contactflow.chat.agents.service import Gateway
from contactflow.events import Fact
from contactflow.events.agents import AgentPublished
from contactflow.persistence import Work


class Fetching:
    """Fetches what an event only names."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def published(self, fact: Fact[AgentPublished]) -> Definition | None:
        body = fact.body
        return await self._gateway.agent(fact.workspace_id, body.agent_id, body.agent_version)


async def keep_agent(work: Work, _: Fact[Any], definition: Definition) -> None:
    await SqlAgents(work).keep(definition)

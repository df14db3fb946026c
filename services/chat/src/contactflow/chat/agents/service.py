"""What can be done with chat's copy of agents."""

from typing import Protocol
from uuid import UUID

from contactflow.chat.agents.model import AgentVersion
from contactflow.chat.agents.schemas import Definition


class Agents(Protocol):
    """The published versions that a workspace's agents have here."""

    async def newest(self, agent_id: UUID, /) -> AgentVersion | None: ...
    async def keep(self, definition: Definition, /) -> None: ...


class Gateway(Protocol):
    """Who defines agents. Raises UnavailableError when it does not answer."""

    async def agent(
        self, workspace_id: UUID, agent_id: UUID, version: int, /
    ) -> Definition | None: ...

"""What can be done with chat's copy of agents."""

from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contactflow.chat.agents.model import AgentVersion


class Definition(BaseModel):
    """A published version, of which chat keeps what it uses."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    agent_id: UUID
    version: int
    name: str
    prompt: str
    languages: tuple[str, ...]
    greeting: str | None = None


class Agents(Protocol):
    """The published versions that a workspace's agents have here."""

    async def newest(self, agent_id: UUID, /) -> AgentVersion | None: ...
    async def keep(self, definition: Definition, /) -> None: ...

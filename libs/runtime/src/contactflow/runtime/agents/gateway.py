"""What is asked of gateway about agents."""

from typing import Protocol
from uuid import UUID

from contactflow.runtime.agents.model import Definition
from contactflow.web import InternalClient


class Gateway(Protocol):
    """Who defines agents. Raises UnavailableError when it does not answer."""

    async def agent(self, workspace_id: UUID, agent_id: UUID, version: int, /) -> Definition | None:
        """A published version; None when it is gone or was never there."""


class HttpGateway:
    """See Gateway; over HTTP."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    async def agent(self, workspace_id: UUID, agent_id: UUID, version: int) -> Definition | None:
        """See Gateway."""
        path = f"/internal/agents/{agent_id}/versions/{version}"
        return await self._client.get(workspace_id, path, Definition)

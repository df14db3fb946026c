"""What chat asks of gateway."""

from uuid import UUID

from contactflow.chat.agents.schemas import Definition
from contactflow.web import InternalClient


class HttpGateway:
    """Over HTTP, as the port `agents.service.Gateway` says."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    async def agent(self, workspace_id: UUID, agent_id: UUID, version: int) -> Definition | None:
        path = f"/internal/agents/{agent_id}/versions/{version}"
        return await self._client.get(workspace_id, path, Definition)

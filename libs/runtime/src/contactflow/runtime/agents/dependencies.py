"""What an endpoint that puts an agent somewhere asks for first."""

from uuid import UUID

from starlette.requests import Request

from contactflow.persistence import Works
from contactflow.runtime.agents.errors import AgentNotForChannelError, AgentNotPublishedError
from contactflow.runtime.agents.gateway import Gateway
from contactflow.runtime.agents.repository import have_agent
from contactflow.web import Principal


async def expect_agent(request: Request, who: Principal, agent_id: UUID, *, channel: str) -> None:
    """Have a copy of the agent, which is meant for such a channel; with no transaction open.

    Raises AgentNotPublishedError, AgentNotForChannelError, UnavailableError.
    """
    works: Works = request.app.state.works
    gateway: Gateway = request.app.state.gateway
    agent = who.workspace_id and await have_agent(works, gateway, who.workspace_id, agent_id)
    if not agent:
        raise AgentNotPublishedError
    if channel not in agent.channels:
        raise AgentNotForChannelError

"""What a channels endpoint may ask for, and the scope it needs."""

from typing import Annotated

from fastapi import Depends, Request

from contactflow.chat.channels.errors import AgentNotForChannelError, AgentNotPublishedError
from contactflow.chat.channels.repository import SqlChannels
from contactflow.chat.channels.schemas import ChannelIn
from contactflow.persistence import Work, Works
from contactflow.runtime.agents import Gateway, have_agent
from contactflow.web import CurrentPrincipal, CurrentWork, requires


async def published(request: Request, new: ChannelIn, who: CurrentPrincipal) -> None:
    """Have a copy of the agent, which is meant for such a channel."""
    works: Works = request.app.state.works
    gateway: Gateway = request.app.state.gateway
    agent = who.workspace_id and await have_agent(works, gateway, who.workspace_id, new.agent_id)
    if not agent:
        raise AgentNotPublishedError
    if new.kind not in agent.channels:
        raise AgentNotForChannelError


async def channels(_: Annotated[None, Depends(published)], work: CurrentWork) -> SqlChannels:
    return SqlChannels(work)


ChannelsRead = Annotated[Work, requires("channels:read")]
ChannelsWrite = Annotated[SqlChannels, requires("channels:write", channels)]

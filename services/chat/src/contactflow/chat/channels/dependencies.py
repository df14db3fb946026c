"""What a channels endpoint may ask for, and the scope it needs."""

from typing import Annotated

from fastapi import Depends, Request

from contactflow.chat.agents.repository import SqlAgents
from contactflow.chat.agents.service import Gateway
from contactflow.chat.channels.errors import AgentNotPublishedError
from contactflow.chat.channels.repository import SqlChannels
from contactflow.chat.channels.schemas import ChannelIn
from contactflow.persistence import Work, Works
from contactflow.web import CurrentPrincipal, CurrentWork, requires


async def published(request: Request, new: ChannelIn, who: CurrentPrincipal) -> None:
    """Have a copy of the agent: `agent.published` may still be on its way to us.

    Whatever was ever published has a first version; gateway is asked with no transaction open.
    """
    works: Works = request.app.state.works
    gateway: Gateway = request.app.state.gateway
    if who.workspace_id is None:
        raise AgentNotPublishedError
    if await works.run(who.workspace_id, lambda work: SqlAgents(work).newest(new.agent_id)):
        return
    first = await gateway.agent(who.workspace_id, new.agent_id, 1)
    if first is None:
        raise AgentNotPublishedError
    await works.run(who.workspace_id, lambda work: SqlAgents(work).keep(first))


async def channels(_: Annotated[None, Depends(published)], work: CurrentWork) -> SqlChannels:
    return SqlChannels(work)


ChannelsRead = Annotated[Work, requires("channels:read")]
ChannelsWrite = Annotated[SqlChannels, requires("channels:write", channels)]

"""What a channels endpoint may ask for, and the scope it needs."""

from typing import Annotated

from fastapi import Depends, Request

from contactflow.chat.channels.repository import SqlChannels
from contactflow.chat.channels.schemas import ChannelIn
from contactflow.persistence import Work
from contactflow.runtime.agents import expect_agent
from contactflow.web import CurrentPrincipal, CurrentWork, requires


async def published(request: Request, new: ChannelIn, who: CurrentPrincipal) -> None:
    """Have a copy of the agent, which is meant for such a channel."""
    await expect_agent(request, who, new.agent_id, channel=new.kind)


async def channels(_: Annotated[None, Depends(published)], work: CurrentWork) -> SqlChannels:
    return SqlChannels(work)


ChannelsRead = Annotated[Work, requires("channels:read")]
ChannelsWrite = Annotated[SqlChannels, requires("channels:write", channels)]

"""What a channels endpoint may ask for, and the scope it needs."""

from typing import Annotated

from contactflow.chat.channels.repository import SqlChannels
from contactflow.persistence import Work
from contactflow.web import CurrentWork, requires


async def channels(work: CurrentWork) -> SqlChannels:
    return SqlChannels(work)


ChannelsRead = Annotated[Work, requires("channels:read")]
ChannelsWrite = Annotated[SqlChannels, requires("channels:write", channels)]

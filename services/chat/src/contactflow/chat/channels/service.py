"""What can be done with channels."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from contactflow.chat.channels.model import Channel
from contactflow.runtime.agents import AgentNotPublishedError, Agents


class Channels(Protocol):
    """The channels of one workspace."""

    @property
    def workspace_id(self) -> UUID: ...
    @property
    def agents(self) -> Agents: ...
    def add(self, channel: Channel, /) -> None: ...


async def create(
    channels: Channels, *, name: str, agent_id: UUID, allowed_origins: tuple[str, ...], at: datetime
) -> Channel:
    if not await channels.agents.newest(agent_id):
        raise AgentNotPublishedError
    channel = Channel.create(
        channels.workspace_id, name=name, agent_id=agent_id, allowed_origins=allowed_origins, at=at
    )
    channels.add(channel)
    return channel

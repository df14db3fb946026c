"""Channels over HTTP: parse, call, return."""

from fastapi import APIRouter, Response

from contactflow.chat.channels import queries, service
from contactflow.chat.channels.dependencies import ChannelsRead, ChannelsWrite
from contactflow.chat.channels.schemas import ChannelId, ChannelIn, ChannelOut
from contactflow.kernel import encode
from contactflow.web import Now, Page, Paging

router = APIRouter(prefix="/v1/channels", tags=["channels"])


@router.post("", status_code=201, summary="Open a channel")
async def create_channel(
    new: ChannelIn, channels: ChannelsWrite, at: Now, response: Response
) -> ChannelOut:
    """Open a web page's widget to visitors."""
    channel = await service.create(
        channels, name=new.name, agent_id=new.agent_id, allowed_origins=new.allowed_origins, at=at
    )
    response.headers["Location"] = f"/v1/channels/{encode('chn', channel.id)}"
    return ChannelOut.model_validate(channel)


@router.get("", summary="List channels")
async def list_channels(work: ChannelsRead, paging: Paging) -> Page[ChannelOut]:
    return await queries.newest(work, paging)


@router.get("/{channel_id}", summary="Read a channel")
async def get_channel(channel_id: ChannelId, work: ChannelsRead) -> ChannelOut:
    return await queries.one(work, channel_id)

"""Reading channels: Core straight to HTTP shapes."""

from uuid import UUID

from sqlalchemy import select

from contactflow.chat.channels.errors import ChannelNotFoundError
from contactflow.chat.channels.model import Channel
from contactflow.chat.channels.schemas import ChannelOut
from contactflow.persistence import Work
from contactflow.web import Page, Paging

CHANNELS = Channel.__table__


async def one(work: Work, channel_id: UUID) -> ChannelOut:
    found = (await work.rows(select(CHANNELS).where(CHANNELS.c.id == channel_id))).first()
    if found is None:
        raise ChannelNotFoundError
    return ChannelOut.model_validate(found)


async def newest(work: Work, paging: Paging) -> Page[ChannelOut]:
    return paging.page(ChannelOut, (await work.rows(paging.of(select(CHANNELS)))).all())

"""Who is at the door: channels and sessions, found before their workspace is known."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from contactflow.chat.channels.errors import ChannelNotFoundError
from contactflow.chat.channels.model import Channel
from contactflow.chat.sessions.errors import SessionEndedError
from contactflow.chat.sessions.model import Session
from contactflow.kernel import hashed_token
from contactflow.persistence import Work, Works

BATCH = 1000
CHANNELS: Any = Channel.__table__
SESSIONS: Any = Session.__table__
GUEST: Any = (
    select(
        SESSIONS.c.workspace_id,
        SESSIONS.c.id,
        SESSIONS.c.conversation_id,
        SESSIONS.c.expires_at,
        CHANNELS.c.allowed_origins,
    )
    .join(
        CHANNELS,
        (SESSIONS.c.workspace_id == CHANNELS.c.workspace_id)
        & (SESSIONS.c.channel_id == CHANNELS.c.id),
    )
    .where(SESSIONS.c.token_hash == bindparam("token_hash"))
)


class Entrance(NamedTuple):
    """Where a new visitor comes in."""

    workspace_id: UUID
    channel_id: UUID
    agent_id: UUID
    allowed_origins: tuple[str, ...]


class Guest(NamedTuple):
    """A visitor with a session: they may read and write one conversation, for a while."""

    workspace_id: UUID
    session_id: UUID
    conversation_id: UUID
    expires_at: datetime
    allowed_origins: tuple[str, ...]


class Door:
    """Looks across workspaces, on the system role, each time in one statement by itself."""

    def __init__(self, system: Works) -> None:
        self._system = system

    async def entrance(self, public_key: str) -> Entrance:
        """Raises ChannelNotFoundError."""
        wanted = select(
            CHANNELS.c.workspace_id, CHANNELS.c.id, CHANNELS.c.agent_id, CHANNELS.c.allowed_origins
        ).where(CHANNELS.c.public_key == public_key)
        found = await self._system.first(wanted)
        if found is None:
            raise ChannelNotFoundError
        return Entrance._make(found)

    async def channel_name(self, public_key: str) -> str:
        """What stands above the chat. Raises ChannelNotFoundError."""
        found = await self._system.first(
            select(CHANNELS.c.name).where(CHANNELS.c.public_key == public_key)
        )
        if found is None:
            raise ChannelNotFoundError
        return str(found.name)

    async def guest(self, token: str, *, at: datetime) -> Guest:
        """Raises SessionEndedError."""
        found = await self._system.first(GUEST, {"token_hash": hashed_token(token)})
        if found is None or found.expires_at <= at:
            raise SessionEndedError
        return Guest._make(found)


async def purge_sessions(work: Work, *, at: datetime) -> int:
    """Delete one batch of sessions that are over, across workspaces (system role); how many."""
    over = select(SESSIONS.c.id).where(SESSIONS.c.expires_at <= at).limit(BATCH)
    gone: Any = await work.rows(delete(SESSIONS).where(SESSIONS.c.id.in_(over)))
    return int(gone.rowcount)

"""Storing sessions, and finding whose one is before anybody is known."""

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from contactflow.gateway.sessions.model import IDLE, SEEN_EVERY, Session
from contactflow.gateway.workspaces.model import Membership
from contactflow.gateway.workspaces.roles import Role
from contactflow.kernel import PLATFORM_WORKSPACE_ID, hashed_token
from contactflow.persistence import Work, Works

SESSIONS: Any = Session.__table__
MEMBERSHIPS: Any = Membership.__table__
BATCH = 1000
OF: Final = (
    select(SESSIONS.c.account_id, SESSIONS.c.seen_at, MEMBERSHIPS.c.member_of, MEMBERSHIPS.c.role)
    .outerjoin_from(
        SESSIONS,
        MEMBERSHIPS,
        (MEMBERSHIPS.c.workspace_id == SESSIONS.c.workspace_id)
        & (MEMBERSHIPS.c.account_id == SESSIONS.c.account_id),
    )
    .where(
        SESSIONS.c.token_hash == bindparam("token_hash"),
        SESSIONS.c.expires_at > bindparam("at"),
        SESSIONS.c.seen_at > bindparam("seen_since"),
    )
)
"""Whose session it is, and their role in each of their workspaces: one row each, or one at all."""


class Somebody(NamedTuple):
    """Who is logged in, and their role in each of their workspaces."""

    account_id: UUID
    roles: dict[UUID, Role]


class Sessions:
    """On the system role: a token is looked up before it is known whose it is."""

    def __init__(self, system: Works) -> None:
        self._system = system

    async def somebody(self, token: str, *, at: datetime) -> Somebody | None:
        """Whose token this is; None when it is nobody's, over, or was idle for too long."""
        values = {"token_hash": hashed_token(token), "at": at, "seen_since": at - IDLE}
        found = await self._system.alone(OF, values)
        if not found:
            return None
        if found[0].seen_at < at - SEEN_EVERY:
            await self._seen(token, at)
        roles = {row.member_of: row.role for row in found if row.member_of}
        return Somebody(found[0].account_id, roles)

    async def _seen(self, token: str, at: datetime) -> None:
        mine = SESSIONS.c.token_hash == hashed_token(token)
        async with self._system.begin(PLATFORM_WORKSPACE_ID) as work:
            await work.rows(update(SESSIONS).where(mine).values(seen_at=at))

    async def end(self, token: str) -> None:
        """From here on it is nobody's."""
        async with self._system.begin(PLATFORM_WORKSPACE_ID) as work:
            await work.rows(delete(SESSIONS).where(SESSIONS.c.token_hash == hashed_token(token)))


async def end_sessions(work: Work, account_id: UUID) -> None:
    """End every session of an account."""
    await work.rows(delete(SESSIONS).where(SESSIONS.c.account_id == account_id))


async def purge_sessions(work: Work, *, at: datetime) -> int:
    """Delete one batch of sessions that are over; with them goes where they came from."""
    key = SESSIONS.c.token_hash
    over = (SESSIONS.c.expires_at <= at) | (SESSIONS.c.seen_at <= at - IDLE)
    gone: Any = await work.rows(
        delete(SESSIONS).where(key.in_(select(key).where(over).limit(BATCH)))
    )
    return int(gone.rowcount)

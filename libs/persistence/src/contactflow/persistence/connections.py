"""A connection that enters a workspace in the very round trip that begins a transaction."""

import socket
from typing import Any, Final
from uuid import UUID

from asyncpg import Connection, InterfaceError, PostgresError
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

ENTER: Final = "SELECT set_config('app.workspace', '{}', true)"
IDLE, INTERVAL, COUNT = 5, 2, 3
GONE: Final = IDLE + INTERVAL * COUNT
"""After so many seconds of silence the other side is taken for gone, by us and by the server."""


class WorkspaceConnection(Connection):
    """Sends BEGIN, and with it for which workspace the policies stand open until the end.

    asyncpg sends BEGIN before the first statement, as text, and text may hold several statements:
    so it costs nothing to say one more.
    """

    _entering: UUID | None = None

    def __init__(self, protocol: Any, transport: Any, *args: Any) -> None:
        super().__init__(protocol, transport, *args)
        if (own := transport.get_extra_info("socket")).family != socket.AF_UNIX:
            misses_its_peer(own)

    def enter(self, workspace_id: UUID) -> None:
        """The transaction that begins next is of this workspace."""
        self._entering = workspace_id

    def leave(self) -> None:
        """It never began: whoever has the connection next must not be there."""
        self._entering = None

    async def execute(
        self,
        query: str,
        *args: Any,
        timeout: float | None = None,  # noqa: ASYNC109  asyncpg's own
    ) -> str:
        """As asyncpg does; a BEGIN enters."""
        entering = self._entering
        if entering is not None and query.startswith("BEGIN"):
            self._entering = None
            query = f"{query} {ENTER.format(entering.hex)}"
        return str(await super().execute(query, *args, timeout=timeout))

    async def add_listener(self, channel: str, callback: Any) -> None:
        """As asyncpg does. Raises ConnectionError when the database has just gone."""
        try:
            await super().add_listener(channel, callback)
        except (PostgresError, InterfaceError) as error:  # SQLAlchemy is not there to translate
            raise ConnectionError from error


def misses_its_peer(own: Any) -> None:
    """Let it break after `GONE` seconds without the other side, which the system does in hours.

    Also a question that was received and is never answered, because that machine has lost power.
    """
    own.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    own.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, IDLE)
    own.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, INTERVAL)
    own.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, COUNT)
    own.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE * 1000)


def leaves_workspaces(engine: AsyncEngine) -> AsyncEngine:
    """Have each connection that comes back to the pool forget what never began."""

    @event.listens_for(engine.sync_engine, "checkin")
    def leave(connection: Any, _: object) -> None:
        if connection is not None:  # which is what a connection that broke comes back as
            connection.driver_connection.leave()

    return engine

"""A connection that enters a workspace in the very round trip that begins a transaction."""

from typing import Any, Final
from uuid import UUID

from asyncpg import Connection
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

ENTER: Final = "SELECT set_config('app.workspace', '{}', true)"


class WorkspaceConnection(Connection):
    """Sends BEGIN, and with it for which workspace the policies stand open until the end.

    asyncpg sends BEGIN before the first statement, as text, and text may hold several statements:
    so it costs nothing to say one more.
    """

    _entering: UUID | None = None

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


def leaves_workspaces(engine: AsyncEngine) -> AsyncEngine:
    """Have each connection that comes back to the pool forget what never began."""

    @event.listens_for(engine.sync_engine, "checkin")
    def leave(connection: Any, _: object) -> None:
        if connection is not None:  # which is what a connection that broke comes back as
            connection.driver_connection.leave()

    return engine

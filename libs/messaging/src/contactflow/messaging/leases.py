"""What keeps others from a job while it runs: a short lease, renewed for as long as it does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from contactflow.kernel import Clock, UnavailableError
from contactflow.messaging.ending import LeaseLostError
from contactflow.persistence import Works

SERVICE = UUID(int=0)  # the workspace of chores, which are the service's own
LEASE = timedelta(seconds=8)
"""How long a job waits for a process that was killed; two renewals may fail."""
EVERY = 2.0
"""Seconds from one renewal to the next."""

# A row that is locked is being finished or said again: it waits for the next renewal, and holds
# up no other. What is answered are the leases that are still ours, locked or not.
RENEW = text("""
    WITH ours AS (
        SELECT jobs.workspace_id, jobs.id, jobs.lease
        FROM unnest(CAST(:workspaces AS uuid[]), CAST(:ids AS uuid[]), CAST(:leases AS uuid[]))
            AS held (workspace_id, id, lease)
        JOIN jobs USING (workspace_id, id, lease)
    ), free AS (
        SELECT jobs.workspace_id, jobs.id FROM jobs JOIN ours USING (workspace_id, id, lease)
        FOR UPDATE OF jobs SKIP LOCKED
    ), renewed AS (
        UPDATE jobs SET due_at = :until FROM free
        WHERE (jobs.workspace_id, jobs.id) = (free.workspace_id, free.id)
    )
    SELECT lease FROM ours
""")
# As above: what is locked is being finished after all, by a connection that we have lost.
RELEASE = text("""
    UPDATE jobs SET due_at = :now, lease = NULL, tries = tries - 1 FROM (
        SELECT jobs.workspace_id, jobs.id
        FROM unnest(CAST(:workspaces AS uuid[]), CAST(:ids AS uuid[]), CAST(:leases AS uuid[]))
            AS held (workspace_id, id, lease)
        JOIN jobs USING (workspace_id, id, lease) FOR UPDATE OF jobs SKIP LOCKED
    ) AS free WHERE (jobs.workspace_id, jobs.id) = (free.workspace_id, free.id)
""")


class Leases:
    """The leases of the jobs that run in this process.

    A lease ends by the clock of whoever claims, and was dated by the clock of whoever runs. Two
    clocks are safe because neither decides about an effect: that does the lease's id in the row,
    under the row's lock. Clocks less than 6 seconds apart (LEASE - EVERY) cost a killed process's
    job as much delay and nothing else. Further apart, the process that is ahead begins what still
    runs: the first run is cancelled and has no effect. Who is behind can't take it back, so it
    goes on. For the same reason nobody gives up a lease by its own clock: it is lost when the row
    bears another, and a late renewal of one that nobody took is a good one.
    """

    def __init__(self, system: Works, clock: Clock) -> None:
        self._system, self._clock = system, clock
        self._held: dict[UUID, tuple[Row[Any], asyncio.Timeout]] = {}
        self._left: list[Row[Any]] = []
        self.every = EVERY

    @property
    def held(self) -> list[UUID]:
        """Those that this process won't claim anew, however late it is with a renewal."""
        return list(self._held)

    @asynccontextmanager
    async def keep(self, row: Row[Any]) -> AsyncIterator[None]:
        """Renew a claimed job's lease; cancel what is done in here once it is lost.

        Raises LeaseLostError, then.
        """
        try:
            async with asyncio.timeout(None) as scope:
                self._held[row.lease] = row, scope
                yield
        except TimeoutError:
            if scope.expired():
                raise LeaseLostError from None
            raise
        finally:
            self._held.pop(row.lease, None)

    def locked(self, row: Row[Any]) -> None:
        """Watch no more: now the lock on its row keeps the job, and its end is no loss."""
        self._held.pop(row.lease, None)

    def leave(self, row: Row[Any]) -> None:
        """The database went away before its end was written; whether it was, only that knows."""
        self._left.append(row)

    async def release(self) -> None:
        """Let jobs that were left without an end be begun again, and not wait for their lease."""
        if left := list(self._left):
            values = _named(left) | {"now": self._clock()}
            await self._system.run(SERVICE, lambda work: work.rows(RELEASE, values))
            del self._left[: len(left)]

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator[None]:
        """Renew every few seconds in the meantime."""
        async with asyncio.TaskGroup() as tasks:
            beat = tasks.create_task(self._beat())
            try:
                yield
            finally:
                beat.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.every)
            try:
                await self.renew()
            except (UnavailableError, DBAPIError):
                continue  # who looks for jobs says that the database is away

    async def renew(self) -> None:
        """Renew all in one statement, and cancel the jobs whose lease another process has."""
        if not (asked := dict(self._held)):
            return
        values = _named([row for row, _ in asked.values()]) | {"until": self._clock() + LEASE}
        rows = await self._system.run(SERVICE, lambda work: work.rows(RENEW, values))
        for lost in asked.keys() - set(rows.scalars()):
            if lost in self._held:  # else it came to its end meanwhile
                _, scope = self._held.pop(lost)
                scope.reschedule(0)


def _named(rows: Sequence[Row[Any]]) -> dict[str, Any]:
    return {
        "workspaces": [row.workspace_id for row in rows],
        "ids": [row.id for row in rows],
        "leases": [row.lease for row in rows],
    }

"""How much waits in this database: events for Kafka, jobs for somebody to begin them."""

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from contactflow.kernel import Clock, UnavailableError
from contactflow.messaging.leases import SERVICE
from contactflow.messaging.waiting import happens
from contactflow.persistence import Work, Works
from contactflow.telemetry import metrics

EVERY = 5.0

# What is at or above xmin may still get company from an open transaction, so the relay waits.
LOOK = text("""
    WITH waiting AS MATERIALIZED (
        SELECT occurred_at, horizon FROM outbox
        WHERE (horizon, position) > (
            coalesce((SELECT horizon FROM relay_cursor), 0),
            coalesce((SELECT position FROM relay_cursor), 0))
        ORDER BY horizon, position LIMIT 10000
    ), due AS MATERIALIZED (
        SELECT FROM jobs WHERE due_at <= :now AND lease IS NULL AND given_up_at IS NULL LIMIT 10000
    )
    SELECT count(*) AS events, min(occurred_at) AS oldest,
           min(occurred_at) FILTER (
               WHERE horizon >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint) AS held,
           (SELECT count(*) FROM due) AS jobs
    FROM waiting
""")


class Depths:
    """A part that looks every 5 s. Each process of a service tells the same of its database.

    While the database is away nothing is told: an old figure would look like a good one.
    """

    def __init__(self, system: Works, clock: Clock) -> None:
        self._system, self._clock = system, clock
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Return from `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Look until told to stop."""
        while not self._stopping.is_set():
            await self.look()
            await happens(self._stopping, within=EVERY)
        _forget()

    async def look(self) -> None:
        """Once, and tell what there is."""
        now = self._clock()
        try:
            found: Row[Any] = await self._system.run(SERVICE, lambda work: _found(work, now))
        except (UnavailableError, DBAPIError):
            _forget()
            return
        metrics.OUTBOX_WAITING.set(found.events)
        metrics.OUTBOX_LAG.set(_age(found.oldest, now))
        metrics.OUTBOX_HORIZON_AGE.set(_age(found.held, now))
        metrics.JOBS_WAITING.set(found.jobs)


async def _found(work: Work, now: datetime) -> Row[Any]:
    return (await work.rows(LOOK, {"now": now})).one()


def _age(of: datetime | None, now: datetime) -> float:
    return max((now - of).total_seconds(), 0.0) if of else 0.0


def _forget() -> None:
    told = (metrics.OUTBOX_WAITING, metrics.OUTBOX_LAG, metrics.OUTBOX_HORIZON_AGE)
    for gauge in (*told, metrics.JOBS_WAITING):
        gauge.forget()

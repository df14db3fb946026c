"""Limits that hold across processes: counters in PostgreSQL.

For what is unauthenticated or costly. They fail closed: without the database nothing passes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Final

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.kernel import Clock
from contactflow.persistence import NOTHING_PERSONAL, Base, Work, Works
from contactflow.web.errors import TooManyRequestsError

BATCH: Final = 1000

# GCRA: one time per bucket, up to which it is used up. It refills steadily, so there is no edge
# of a window at which twice as much passes.
TAKE: Final = text("""
    WITH taken AS (
        INSERT INTO rate_limits AS known (bucket, used_until)
        VALUES (:bucket, CAST(:at AS timestamptz) + :one)
        ON CONFLICT (bucket) DO UPDATE SET used_until = greatest(known.used_until, :at) + :one
        WHERE greatest(known.used_until, :at) + :one <= CAST(:at AS timestamptz) + :window
        RETURNING used_until)
    SELECT used_until, true AS passed FROM taken
    UNION ALL
    SELECT used_until, false FROM rate_limits WHERE bucket = :bucket AND NOT EXISTS (TABLE taken)
""")
PURGE: Final = text("""
    DELETE FROM rate_limits WHERE bucket IN (
        SELECT bucket FROM rate_limits WHERE used_until < :at LIMIT :batch FOR UPDATE SKIP LOCKED)
""")


class RateLimit(Base):
    """How far one bucket is used up. The bucket's name is hashed; it may hold who it is for."""

    __tablename__ = "rate_limits"
    __table_args__ = (
        Index(None, "used_until"),
        {"info": NOTHING_PERSONAL | {"system": "counted before anybody has a workspace"}},
    )

    bucket: Mapped[bytes] = mapped_column(primary_key=True)
    used_until: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so much time; that many may come at once."""

    name: str
    limit: int
    window: timedelta

    @property
    def policy(self) -> str:
        """As RateLimit-Policy says it (draft-ietf-httpapi-ratelimit-headers)."""
        return f'"{self.name}";q={self.limit};w={int(self.window.total_seconds())}'

    def left(self, until: datetime, at: datetime) -> str:
        """As RateLimit says it: how many are left, and in how many seconds all of them are."""
        used = max(until - at, timedelta())
        remaining = int((self.window - used) / (self.window / self.limit))
        return f'"{self.name}";r={max(remaining, 0)};t={ceil(used.total_seconds())}'


class RateLimitedError(TooManyRequestsError):
    """429, with the headers that say when to come again."""

    def __init__(self, rate: Rate, until: datetime, at: datetime) -> None:
        super().__init__()
        wait = until + rate.window / rate.limit - rate.window - at
        self.headers = {
            "Retry-After": str(max(ceil(wait.total_seconds()), 1)),
            "RateLimit": rate.left(until, at),
            "RateLimit-Policy": rate.policy,
        }


class Limiter:
    """Counts on the system role, in statements by themselves: a request that fails counts too."""

    def __init__(self, system: Works, clock: Clock) -> None:
        self._system, self._clock = system, clock

    async def take(self, rate: Rate, who: str) -> str:
        """Count one for somebody; the value of the RateLimit header.

        `who` is a hash or an id. Raises RateLimitedError when none is left, UnavailableError
        without a database.
        """
        at = self._clock()
        bucket = sha256(f"{rate.name}\n{who}".encode()).digest()
        values = {"bucket": bucket, "at": at, "window": rate.window}
        values["one"] = rate.window / rate.limit

        row = None
        while row is None:  # somebody else's that is newer than the statement refuses unseen
            row = await self._system.first(TAKE, values)
        if not row.passed:
            raise RateLimitedError(rate, row.used_until, at)
        return rate.left(row.used_until, at)


async def purge_rate_limits(work: Work, *, at: datetime) -> int:
    """Delete one batch of buckets that are full again (system role); how many."""
    gone = await work.rows(PURGE, {"at": at, "batch": BATCH})
    return int(gone.rowcount)  # type: ignore[attr-defined]

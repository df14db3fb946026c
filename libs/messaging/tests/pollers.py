"""Relays as one first writes them: each passes over rows, or reorders a key."""

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import Row, text

from contactflow.messaging.outbox import Outbox

XID = "xmin::text::bigint"
OLDEST = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class Poller(Outbox):
    """`horizon` is what comes before the position in its order, `settled` what it waits for."""

    horizon: ClassVar[str]
    settled: ClassVar[str]

    async def next(self, window: int) -> Sequence[Row[Any]]:
        place = {"horizon": self._horizon, "position": self._position, "window": window}
        rows = text(f"""
            SELECT key, aggregate_version, {self.horizon} AS horizon, position,
                   {self.settled} AS settled, traceparent
            FROM outbox WHERE ({self.horizon}, position) > (:horizon, :position)
            ORDER BY {self.horizon}, position LIMIT :window
        """)
        return (await self._connection.execute(rows, place)).all()


class ById(Poller):
    """`id > last`: a transaction that is slow to commit does so behind its back."""

    horizon, settled = "0::bigint", "true"


class ByXid(Poller):
    """`(xid, id)`: whoever has an id early and the lock late has the smaller id."""

    horizon, settled = XID, f"{XID} < {OLDEST}"


class Hasty(Poller):
    """Our order, but nothing is waited for."""

    horizon, settled = "horizon", "true"

"""An aggregate whose every change is an event, and what a poller of the outbox may see of it."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from sqlalchemy import TextClause, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Mapped

from contactflow.events import Event, Topic
from contactflow.kernel import new_id
from contactflow.persistence import Aggregate, Base, Work, Works
from contactflow.testing.clock import NOON

Seen = tuple[UUID, int]
EARLY_ID = text("SELECT pg_current_xact_id()")


TICKS = Topic(f"test.ticks-{new_id().hex}", partitions=3)


class Ticked(Event, type="tick.ticked", topic=TICKS):
    total: int


class Ticker(Aggregate, Base):
    __tablename__ = "tickers"

    total: Mapped[int]

    def tick(self) -> None:
        self.total += 1
        self.record(Ticked(total=self.total), at=NOON)


async def create(work: Work) -> UUID:
    ticker = Ticker(workspace_id=work.workspace_id, id=new_id(), total=0, created_at=NOON)
    work.session.add(ticker)
    ticker.tick()
    return ticker.id


async def tick(work: Work, ticker_id: UUID, *, early: bool = False, slow: float = 0) -> Seen:
    """`early`: the transaction has its id before it has the lock, as after an inbox row."""
    if early:
        await work.rows(EARLY_ID)
        await asyncio.sleep(random.uniform(0, 0.005))
    found = select(Ticker).where(Ticker.id == ticker_id).with_for_update()
    ticker = (await work.session.scalars(found)).one()
    ticker.tick()
    await work.session.flush()
    await asyncio.sleep(slow)
    return ticker.id, ticker.version


async def writer(works: Works, workspace_id: UUID, keys: list[UUID], until: float) -> list[Seen]:
    """Ticks at random; one in three is slow to commit, one in two early."""
    wrote: list[Seen] = []
    while asyncio.get_running_loop().time() < until:
        key, early = random.choice(keys), random.random() < 0.5
        slow = random.uniform(0, 0.01) if random.random() < 0.3 else 0
        once = partial(tick, ticker_id=key, early=early, slow=slow)
        wrote.append(await works.run(workspace_id, once))
    return wrote


def lost(wrote: Iterable[Seen], seen: Iterable[Seen]) -> set[Seen]:
    return set(wrote) - set(seen)


def reordered(seen: Iterable[Seen]) -> list[Seen]:
    """First sights that come after a later version of their key."""
    newest: dict[UUID, int] = defaultdict(int)
    late, met = [], set()
    for key, version in seen:
        if (key, version) not in met and version < newest[key]:
            late.append((key, version))
        met.add((key, version))
        newest[key] = max(newest[key], version)
    return late


NAIVE = text(
    "SELECT key, aggregate_version, position, 0 FROM outbox WHERE position > :position"
    " AND :horizon >= 0 ORDER BY position LIMIT 1000"
)
BY_XID = text("""
    SELECT key, aggregate_version, position, xmin::text::bigint AS xid FROM outbox
    WHERE (xmin::text::bigint, position) > (:horizon, :position)
      AND xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    ORDER BY 4, 3 LIMIT 1000
""")


async def poller(engine: AsyncEngine, query: TextClause, stop: asyncio.Event) -> list[Seen]:
    """A relay as one first writes it."""
    seen: list[Seen] = []
    horizon = position = 0
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        while True:
            last = stop.is_set()
            at = {"horizon": horizon, "position": position}
            rows = (await connection.execute(query, at)).all()
            seen += [(row[0], row[1]) for row in rows]
            if rows:
                position, horizon = rows[-1][2:]
            if last:
                return seen
            await asyncio.sleep(0.002)

"""An aggregate whose every change is an event, on a topic that every process of a run knows."""

import asyncio
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from contactflow.events import Event, Topic
from contactflow.kernel import new_id, system_clock
from contactflow.persistence import Aggregate, Base, Work
from libs.messaging.tests.ledger import Seen

TOPIC: Final = Topic("test.counters", partitions=3)


class Counted(Event, type="counter.counted", topic=TOPIC):
    """It went up by one."""

    total: int


class Counter(Aggregate, Base):
    """Counts."""

    __tablename__ = "counters"

    total: Mapped[int]

    def count(self) -> None:
        """Go up by one, and tell."""
        self.total += 1
        self.record(Counted(total=self.total), at=system_clock())


async def create(work: Work) -> UUID:
    """A counter that has told once."""
    made = Counter(workspace_id=work.workspace_id, id=new_id(), total=0, created_at=system_clock())
    work.session.add(made)
    made.count()
    return made.id


async def count(work: Work, counter_id: UUID, slow: float) -> Seen:
    """So many seconds pass between the event and the commit."""
    found = select(Counter).where(Counter.id == counter_id).with_for_update()
    counter = (await work.session.scalars(found)).one()
    counter.count()
    await work.session.flush()
    await asyncio.sleep(slow)
    return counter.id, counter.version

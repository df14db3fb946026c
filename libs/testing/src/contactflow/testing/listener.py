"""A service that hears what others tell, by its own consumer on real Kafka, and erases people."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from contactflow.erasure.model import Erasure
from contactflow.erasure.participant import Participant
from contactflow.erasure.wire import Order
from contactflow.events import Fact
from contactflow.events.erasures import ErasureRequested
from contactflow.kernel import Clock, new_id
from contactflow.messaging import Kafka, Reaction
from contactflow.messaging.consumer import Consumer
from contactflow.messaging.deadletters import Graveyard
from contactflow.messaging.settling import Settler
from contactflow.persistence import Work, Works
from contactflow.testing.kafka import Broker
from contactflow.testing.parts import publish, running
from contactflow.testing.waiting import until

LONG = 30.0
HEARD = text("SELECT count(*) FROM inbox WHERE event_id = ANY(:events)")
OURS = "SELECT count(*) FROM {} WHERE workspace_id = :us"  # not every table has a policy
PERSONAL = text("""
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'subject_id'
""")


class KnownOrders:
    """See `contactflow.erasure.orders.Orders`: a privacy that was told them all."""

    def __init__(self) -> None:
        self.known: dict[UUID, Order] = {}
        self.asked: dict[UUID, asyncio.Event] = defaultdict(asyncio.Event)

    async def order(self, workspace_id: UUID, request_id: UUID) -> Order | None:  # noqa: ARG002
        """See Orders."""
        self.asked[request_id].set()
        return self.known.get(request_id)


class Listener:
    """What is told here is heard by the service, sooner or later, each event once."""

    def __init__(self, works: Works, kafka: Kafka, topic: str, orders: KnownOrders) -> None:
        self._works, self._kafka, self._topic, self._orders = works, kafka, topic, orders
        self._told: dict[UUID, list[UUID]] = defaultdict(list)

    async def tell(self, *facts: Fact[Any], source: str) -> None:
        """As that service's relay does."""
        await publish(self._kafka, self._topic, *facts, source=source)
        for fact in facts:
            self._told[fact.workspace_id].append(fact.id)

    async def all_heard(self, workspace_id: UUID) -> None:
        """Return when all that was told of a workspace has had its effect, or was dropped."""
        told = self._told[workspace_id]

        async def count(work: Work) -> int:
            return int((await work.rows(HEARD, {"events": told})).scalar_one())

        async def ask() -> bool:
            return await self._works.run(workspace_id, count) == len(told)

        await until(ask, longest=LONG)

    async def has_begun(self, request_id: UUID) -> None:
        """Return when the service has heard of an erasure, and is about to open its transaction."""
        await self._orders.asked[request_id].wait()

    async def erase(self, workspace_id: UUID, order: Order) -> dict[str, int]:
        """Have it approved; what went, when it is done."""
        self._orders.known[order.request_id] = order
        asked = ErasureRequested(request_id=order.request_id, round=order.round)
        at = order.fenced_at
        if at is None:
            raise ValueError("not approved")
        fact: Fact[Any] = Fact(new_id(), workspace_id, order.request_id, 1, at, asked)
        await self.tell(fact, source="privacy")
        deleted = select(Erasure.deleted).where(Erasure.request_id == order.request_id)

        async def done(work: Work) -> Sequence[dict[str, int]]:
            return (await work.rows(deleted)).scalars().all()

        [gone] = await until(lambda: self._works.run(workspace_id, done), longest=LONG)
        return gone


@asynccontextmanager
async def a_listener(
    broker: Broker,
    works: Works,
    reactions: Sequence[Reaction[Any]],
    participant: Participant,
    clock: Clock,
) -> AsyncIterator[Listener]:
    """With all reactions of a service, those to erasures included, on a topic of its own."""
    topic, kafka, orders = f"test.{new_id().hex}", Kafka(broker.bootstrap), KnownOrders()
    await broker.topic(topic)
    whole = [*reactions, *participant.reactions(orders, clock)]
    settler = Settler(works, whole, Graveyard(kafka, topic))
    async with running(Consumer(kafka, topic, [topic], settler.settle)):
        yield Listener(works, kafka, topic, orders)
    await kafka.close()


async def people_left(work: Work) -> dict[str, int]:
    """Rows of whomever in this workspace, by table; which tables there are, PostgreSQL says."""
    tables = ["subjects", *(await work.rows(PERSONAL)).scalars()]
    left = {
        one: await work.rows(text(OURS.format(one)), {"us": work.workspace_id}) for one in tables
    }
    return {one: rows for one, count in left.items() if (rows := count.scalar_one())}

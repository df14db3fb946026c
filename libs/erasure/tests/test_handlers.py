"""What a participant does when privacy has decided something."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from contactflow.erasure.participant import Participant
from contactflow.erasure.wire import Index, Order
from contactflow.events import Event, Fact
from contactflow.events.erasures import ERASURES, ErasureRequested, RestrictionChanged
from contactflow.kernel import UnavailableError, new_id
from contactflow.messaging import Kafka, react
from contactflow.messaging.outbox import Outbox
from contactflow.messaging.sending import Sender
from contactflow.persistence import Work, Works
from contactflow.persistence.outbox import OutboxRow
from contactflow.testing.clock import NOON, FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker
from contactflow.testing.rounds import named
from contactflow.vault import PersonErasedError
from contactflow.vault.subjects import SUBJECTS
from libs.erasure.tests.things import ADA, EVE, a_life, someone

SECOND = timedelta(seconds=1)
OTHER_VERSION = Index(kind="email", version=9, digest="00" * 16)
Hear = Callable[[Fact[Any]], Awaitable[None]]


class FakeOrders:
    """Privacy, with the one order that it has now, if any; or it is down."""

    def __init__(self) -> None:
        self.now: Order | None = None
        self.is_down = False

    async def order(self, workspace_id: UUID, request_id: UUID) -> Order | None:
        if self.is_down:
            raise UnavailableError
        return self.now


@pytest.fixture
def orders() -> FakeOrders:
    return FakeOrders()


@pytest.fixture
def hear(works: Works, orders: FakeOrders, clock: FakeClock) -> Hear:
    known = Participant("crm").reactions(orders, clock)

    async def hear(fact: Fact[Any]) -> None:
        [one] = (one for one in known if isinstance(fact.body, one.event))
        await react(works, one, fact)

    return hear


@pytest.fixture
async def order(works: Works, workspace_id: UUID) -> Order:
    """To erase Ada, who has a life here, as Eve has."""

    async def live(work: Work) -> tuple[Index, ...]:
        for identity in (ADA, EVE):
            await a_life(work, await someone(work, identity))
        return named(work, ADA).indexes

    return Order(
        request_id=new_id(),
        round=1,
        position=1,
        fenced_at=NOON,
        restricted=False,
        indexes=await works.run(workspace_id, live),
        subjects=(),
    )


@pytest.fixture
def asked(order: Order, workspace_id: UUID) -> Fact[Any]:
    return fact(workspace_id, ErasureRequested(request_id=order.request_id, round=1))


def fact(workspace_id: UUID, body: Event) -> Fact[Any]:
    return Fact(new_id(), workspace_id, new_id(), 1, NOON, body)


async def people(works: Works, workspace_id: UUID) -> int:
    found = text("SELECT count(*) FROM subjects")
    return int((await works.run(workspace_id, lambda work: work.rows(found))).scalar_one())


async def answers(works: Works, workspace_id: UUID) -> list[Any]:
    found = await works.run(workspace_id, lambda work: work.rows(select(OutboxRow.body)))
    return list(found.scalars())


async def test_what_is_ordered_is_done_once_and_answered_whenever_it_is_asked_for(
    hear: Hear, orders: FakeOrders, order: Order, asked: Fact[Any], works: Works
) -> None:
    orders.now = order

    await hear(asked)
    await hear(asked)
    await hear(fact(asked.workspace_id, asked.body))

    assert await people(works, asked.workspace_id) == 1
    [answer, again] = await answers(works, asked.workspace_id)
    assert answer == again
    assert answer["request_id"] == str(order.request_id)


async def test_a_request_that_is_over_is_dropped(
    hear: Hear, orders: FakeOrders, order: Order, asked: Fact[Any], works: Works
) -> None:
    await hear(asked)
    orders.now = order
    await hear(asked)

    assert await people(works, asked.workspace_id) == 2
    assert await answers(works, asked.workspace_id) == []


@pytest.mark.parametrize("said", [{"round": 2}, {"fenced_at": None}, {"position": None}])
async def test_nothing_is_erased_but_on_an_approved_order_of_this_round(
    hear: Hear,
    orders: FakeOrders,
    order: Order,
    asked: Fact[Any],
    works: Works,
    said: dict[str, Any],
) -> None:
    orders.now = order.model_copy(update=said)

    await hear(asked)

    assert await people(works, asked.workspace_id) == 2
    assert await answers(works, asked.workspace_id) == []


async def test_privacy_is_waited_for(
    hear: Hear, orders: FakeOrders, order: Order, asked: Fact[Any], works: Works
) -> None:
    orders.is_down, orders.now = True, order
    with pytest.raises(UnavailableError):
        await hear(asked)

    orders.is_down = False
    await hear(asked)

    assert await people(works, asked.workspace_id) == 1


async def test_an_index_version_that_is_not_live_here_is_no_obstacle(
    hear: Hear, orders: FakeOrders, order: Order, asked: Fact[Any], works: Works
) -> None:
    orders.now = order.model_copy(update={"indexes": (*order.indexes, OTHER_VERSION)})

    await hear(asked)

    assert await people(works, asked.workspace_id) == 1
    with pytest.raises(PersonErasedError):
        await works.run(asked.workspace_id, lambda work: someone(work, ADA))


async def test_the_answer_names_the_service_that_gives_it(
    hear: Hear, orders: FakeOrders, order: Order, asked: Fact[Any], engines: Engines, broker: Broker
) -> None:
    await broker.topic(ERASURES)
    orders.now = order
    await hear(asked)
    kafka = Kafka(broker.bootstrap)

    async with engines.system.connect() as connection:
        rows = await Outbox(connection).next(1000)
        await Sender(kafka, "crm").send(rows)
    await kafka.close()

    key = str(order.request_id).encode()
    [record] = [one for one in await broker.records(ERASURES.name) if one.key == key]
    said = dict(record.headers)
    assert said["ce_source"] == b"/crm"
    assert said["ce_type"] == b"erasure.participant_completed"
    assert said["ce_causationid"] == str(asked.id).encode()


async def restricted(works: Works, workspace_id: UUID) -> list[datetime | None]:
    """Since when, of Ada and of Eve."""
    since = select(SUBJECTS.c.restricted_at).order_by(SUBJECTS.c.id)
    return list((await works.run(workspace_id, lambda work: work.rows(since))).scalars())


async def test_a_restriction_is_set_and_lifted_and_keeps_its_date(
    hear: Hear, orders: FakeOrders, order: Order, works: Works, workspace_id: UUID, clock: FakeClock
) -> None:
    seen = []
    for is_on in (True, True, False):
        orders.now = order.model_copy(update={"restricted": is_on, "fenced_at": None})
        said = RestrictionChanged(request_id=order.request_id, restricted=is_on)
        await hear(fact(workspace_id, said))
        seen.append(await restricted(works, workspace_id))
        clock.advance(SECOND)

    assert seen == [[NOON, None], [NOON, None], [None, None]]


async def test_who_is_given_an_identifier_after_the_request_is_restricted_by_the_discovery(
    hear: Hear, orders: FakeOrders, order: Order, works: Works, workspace_id: UUID
) -> None:
    await works.run(workspace_id, lambda work: work.rows(text("DELETE FROM subjects")))
    orders.now = order.model_copy(update={"restricted": True, "fenced_at": None})
    said = RestrictionChanged(request_id=order.request_id, restricted=True)

    await hear(fact(workspace_id, said))
    await works.run(workspace_id, lambda work: someone(work, ADA))
    before = await restricted(works, workspace_id)
    await hear(fact(workspace_id, said))

    assert (before, await restricted(works, workspace_id)) == ([None], [NOON])


async def test_a_restriction_is_as_privacy_says_now_and_not_as_the_event_said(
    hear: Hear, orders: FakeOrders, order: Order, works: Works, workspace_id: UUID
) -> None:
    orders.now = order

    await hear(fact(workspace_id, RestrictionChanged(request_id=new_id(), restricted=True)))

    assert await restricted(works, workspace_id) == [None, None]


async def test_who_is_known_by_our_id_alone_is_restricted(
    hear: Hear, orders: FakeOrders, order: Order, works: Works, workspace_id: UUID
) -> None:
    visitor = await works.run(workspace_id, lambda work: someone(work, claims=(ADA,)))
    said = {"restricted": True, "indexes": (), "subjects": (visitor.id,)}
    orders.now = order.model_copy(update=said)

    await hear(fact(workspace_id, RestrictionChanged(request_id=new_id(), restricted=True)))

    assert await restricted(works, workspace_id) == [None, None, NOON]

"""One trace from a request through event and reaction to the job that follows."""

from typing import Any
from uuid import UUID

from opentelemetry.sdk.trace import ReadableSpan
from pydantic import BaseModel

from contactflow.events import Fact
from contactflow.kernel import new_id
from contactflow.messaging import Changes, Jobs, Kafka, job, later, on
from contactflow.messaging.deadletters import Graveyard
from contactflow.messaging.relay import Relay
from contactflow.messaging.sending import Sender
from contactflow.messaging.settling import Settler
from contactflow.persistence import Work, Works
from contactflow.telemetry import span
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker
from contactflow.testing.parts import running
from contactflow.testing.traces import TRACE, TRACEPARENT, Traced, ids
from contactflow.testing.waiting import until
from libs.messaging.tests import ledger
from libs.messaging.tests.ledger import Ticked

CANARY = "+33612345678"
MILLISECOND = 1_000_000  # in nanoseconds; an id is no more exact


class Nudge(BaseModel):
    ticker_id: UUID


async def fail(work: Work, nudge: Nudge) -> None:
    raise RuntimeError(CANARY)


NUDGE: Any = job("nudge", Nudge, apply=fail)


async def nudge_later(work: Work, fact: Fact[Ticked]) -> None:
    await later(work, NUDGE, Nudge(ticker_id=fact.aggregate_id))


async def look(fact: Fact[Ticked]) -> UUID:
    return fact.id


async def see(_: Work, __: Fact[Ticked], ___: UUID) -> None:
    pass


async def test_one_trace_from_the_request_to_the_job(
    stores: Engines, works: Works, kafka: Kafka, broker: Broker, ticks: str, traced: Traced
) -> None:
    workspace_id = new_id()
    with span("request", traceparent=TRACEPARENT):
        await works.run(workspace_id, ledger.create)
    await relayed(stores, kafka)
    [record] = [
        one
        for one in await broker.records(ticks)
        if dict(one.headers)["ce_workspaceid"] == str(workspace_id).encode()
    ]
    await settled(works, kafka, record)
    system, changes = Works(stores.system), Changes(stores.system)
    await Jobs(works, system, [NUDGE], clock=FakeClock(), changes=changes).once()

    reactions = ["apply nudge_later", "fetch look", "apply look"]
    names = [one.name for one in traced.of(TRACE)]
    assert names == ["request", "publish tick.ticked", *reactions, "job nudge"]
    assert CANARY not in "".join(one.to_json() for one in traced.spans)


async def test_an_event_is_on_its_way_from_when_it_was_recorded_until_kafka_has_it(
    stores: Engines, works: Works, kafka: Kafka, ticks: str, traced: Traced
) -> None:
    with span("request", traceparent=TRACEPARENT):
        await works.run(new_id(), ledger.create)
    await relayed(stores, kafka)

    request, published = traced.of(TRACE)
    assert ids(published)[2] == ids(request)[1]
    recorded, sent = times(published)
    begun, committed = times(request)
    assert begun - MILLISECOND < recorded < committed < sent


def times(of: ReadableSpan) -> tuple[int, int]:
    """From when until when."""
    assert of.start_time
    assert of.end_time
    return of.start_time, of.end_time


async def relayed(stores: Engines, kafka: Kafka) -> None:
    """What is in the outbox has left."""
    relay = Relay(stores.system, Sender(kafka, "ticking"))
    async with running(relay):
        await until(lambda: relay.sent)


async def settled(works: Works, kafka: Kafka, record: Any) -> None:
    nudging = on(Ticked, "nudge_later", apply=nudge_later)
    looking = on(Ticked, "look", fetch=look, apply=see)
    await Settler(works, [nudging, looking], Graveyard(kafka, "traces")).settle([record])

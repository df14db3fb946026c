"""One trace from a request through event and reaction to the job that follows."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel

from contactflow.events import Fact
from contactflow.kernel import new_id
from contactflow.messaging import Changes, Jobs, Kafka, job, later, on
from contactflow.messaging.deadletters import Graveyard
from contactflow.messaging.relay import Relay
from contactflow.messaging.sending import Sender
from contactflow.messaging.settling import Settler
from contactflow.persistence import Work, Works
from contactflow.telemetry import span, trace_to
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests import ledger
from libs.messaging.tests.ledger import Ticked

CANARY = "+33612345678"
EXPORTER = InMemorySpanExporter()


class Nudge(BaseModel):
    ticker_id: UUID


@pytest.fixture(scope="module", autouse=True)
def traced() -> Iterator[None]:
    provider = trace_to(EXPORTER, service="ticking", role="worker", at_once=True)
    yield
    provider.shutdown()


async def fail(work: Work, nudge: Nudge) -> None:
    raise RuntimeError(CANARY)


NUDGE: Any = job("nudge", Nudge, apply=fail)


async def nudge_later(work: Work, fact: Fact[Ticked]) -> None:
    await later(work, NUDGE, Nudge(ticker_id=fact.aggregate_id))


async def test_one_trace_from_the_request_to_the_job(
    stores: Engines, works: Works, system: Works, kafka: Kafka, broker: Broker, ticks: str
) -> None:
    workspace_id = new_id()
    with span("request") as request:
        await works.run(workspace_id, ledger.create)
    relay = Relay(stores.system, Sender(kafka, "ticking"))
    async with running(relay):
        await until(lambda: relay.sent)
    [record] = [
        one
        for one in await broker.records(ticks)
        if dict(one.headers)["ce_workspaceid"] == str(workspace_id).encode()
    ]
    await settled(works, kafka, record)
    jobs = Jobs(works, system, [NUDGE], clock=FakeClock(), changes=Changes(stores.system))
    await jobs.once()

    finished = EXPORTER.get_finished_spans()
    ours = [one.name for one in finished if one.context.trace_id == trace_id(request)]
    assert ours == ["request", "fetch nudge_later", "apply nudge_later", "job nudge"]
    assert "relay" in [one.name for one in finished]
    assert CANARY not in "".join(one.to_json() for one in finished)


async def settled(works: Works, kafka: Kafka, record: Any) -> None:
    reaction = on(Ticked, "nudge_later", apply=nudge_later)
    await Settler(works, [reaction], Graveyard(kafka, "traces")).settle([record])


def trace_id(of: Any) -> int:
    return int(of.get_span_context().trace_id)

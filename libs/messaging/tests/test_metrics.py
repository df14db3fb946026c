"""What an operator is told of events and jobs on their way."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.events import Fact
from contactflow.kernel import GoneError, UnavailableError, new_id
from contactflow.messaging import Depths, Kafka, Relay, job, on
from contactflow.messaging.sending import Sender
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker
from contactflow.testing.metrics import Measured
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests import ledger
from libs.messaging.tests.effects import publish
from libs.messaging.tests.ledger import Ticked
from libs.messaging.tests.members import Member, done
from libs.messaging.tests.sent import drained
from libs.messaging.tests.test_jobs import (
    REMIND,
    Reminder,
    Runs,
    due,
    no_jobs_of_others,
    promised,
    runs,
)

__all__ = ["due", "no_jobs_of_others", "runs"]  # fixtures of those modules
MINUTE = timedelta(minutes=1)
FAULTS: list[tuple[type[Exception], str]] = [
    (GoneError, "dropped"),
    (UnavailableError, "postponed"),
    (RuntimeError, "failed"),
]


@pytest.mark.parametrize(("fault", "outcome"), FAULTS)
async def test_a_run_of_a_job_is_told_by_its_name_and_outcome(
    works: Works,
    runs: Runs,
    workspace_id: UUID,
    measured: Measured,
    fault: type[Exception],
    outcome: str,
) -> None:
    due = Reminder(task_id=new_id())

    async def fail(work: Work, due: Reminder) -> None:
        raise fault

    await promised(works, workspace_id, REMIND, due)
    await promised(works, workspace_id, sad := job("sad", Reminder, apply=fail), due)
    await runs(sad, REMIND).once()

    told = "contactflow_job_duration_seconds_count"
    assert measured.since(told, job="remind", outcome="done") == 1
    assert measured.since(told, job="sad", outcome=outcome) == 1
    assert measured.since(told, job="sad") == 1


async def test_a_job_that_is_given_up_is_told_so(
    works: Works, runs: Runs, workspace_id: UUID, due: Reminder, measured: Measured
) -> None:
    async def fail(work: Work, due: Reminder) -> None:
        raise RuntimeError

    hopeless: Any = job("hopeless", Reminder, apply=fail)
    await promised(works, workspace_id, hopeless, due)
    await works.run(workspace_id, lambda work: work.rows(text("UPDATE jobs SET tries = 11")))
    await runs(hopeless).once()

    told = "contactflow_job_duration_seconds_count"
    assert measured.since(told, job="hopeless", outcome="given_up") == 1


async def test_events_that_wait_are_counted_and_the_oldest_is_dated(
    stores: Engines, clock: FakeClock, empty: None, measured: Measured, kafka: Kafka, ticks: str
) -> None:
    works, system = Works(stores.app), Works(stores.system)
    await works.run(new_id(), ledger.create)
    clock.advance(MINUTE)
    depths = Depths(system, clock)
    await depths.look()

    assert measured.now("contactflow_outbox_waiting") == 1
    assert measured.now("contactflow_outbox_lag_seconds") == MINUTE.total_seconds()
    assert measured.now("contactflow_outbox_horizon_age_seconds") == 0

    relay = Relay(stores.system, Sender(kafka, "ticking"))
    async with running(relay):
        await until(lambda: relay.sent)
    await depths.look()
    assert measured.now("contactflow_outbox_waiting") == 0
    assert measured.now("contactflow_outbox_lag_seconds") == 0
    assert measured.since("contactflow_outbox_sent_total") == 1


async def test_what_an_open_transaction_holds_back_has_an_age(
    works: Works, system: Works, stores: Engines, clock: FakeClock, empty: None, measured: Measured
) -> None:
    async with stores.app.begin() as idle:
        await idle.execute(text("SELECT pg_current_xact_id()"))
        await works.run(new_id(), ledger.create)
        clock.advance(MINUTE)
        await Depths(system, clock).look()
        held = measured.now("contactflow_outbox_horizon_age_seconds")

    assert held == MINUTE.total_seconds()
    await drained(stores)


async def test_jobs_that_nobody_begins_are_counted(
    works: Works, system: Works, workspace_id: UUID, clock: FakeClock, measured: Measured
) -> None:
    due = Reminder(task_id=new_id())
    await promised(works, workspace_id, REMIND, due)
    await promised(works, workspace_id, REMIND, due, at=clock() + MINUTE)
    await Depths(system, clock).look()

    assert measured.now("contactflow_jobs_waiting") == 1


async def test_without_a_database_an_old_figure_is_not_told(
    system: Works, stores: Engines, clock: FakeClock, measured: Measured
) -> None:
    class Down(Works):
        async def run(self, *_: Any) -> Any:
            raise UnavailableError

    await Depths(system, clock).look()
    assert measured.now("contactflow_jobs_waiting") is not None

    await Depths(Down(stores.system), clock).look()

    assert measured.now("contactflow_jobs_waiting") is None
    assert measured.now("contactflow_outbox_lag_seconds") is None


async def test_a_consumer_that_waits_tells_how_far_it_is_behind(
    broker: Broker, kafka: Kafka, member: Member, topic: str, measured: Measured
) -> None:
    down = True

    async def fetch(fact: Fact[Ticked]) -> int | None:
        if down:
            raise UnavailableError
        return None

    async def apply(work: Work, fact: Fact[Ticked], _: int) -> None:
        """Nothing."""

    def lag() -> float | None:
        return measured.now("contactflow_consumer_lag", topic=topic, group=topic)

    async with running(member(on(Ticked, "behind", fetch=fetch, apply=apply))):
        await publish(kafka, topic, new_id(), 120)
        await until(lambda: lag() == 120, longest=30)
        down = False
        await until(done(broker, topic, 120), longest=30)
        await until(lambda: lag() == 0, longest=30)

    assert lag() is None
    dropped = "contactflow_events_dropped_total"
    assert measured.since(dropped, reaction="behind", type="tick.ticked") == 120


async def test_a_dead_letter_is_counted_by_its_code(
    broker: Broker, kafka: Kafka, member: Member, topic: str, measured: Measured
) -> None:
    async def fail(work: Work, fact: Fact[Ticked]) -> None:
        raise RuntimeError

    async with running(member(on(Ticked, "poisoned", apply=fail))):
        await publish(kafka, topic, new_id(), 1)
        await until(done(broker, topic, 1), longest=30)

    told = "contactflow_dead_letters_total"
    assert measured.since(told, topic=topic, group=topic, code="bug") == 1

"""What a job promises, on real PostgreSQL and by a clock of the test's own."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import text

from contactflow.kernel import GoneError, UnavailableError, new_id
from contactflow.messaging import Changes, Doorbell, Job, Jobs, chore, job, later
from contactflow.messaging.leases import LEASE
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests.effects import Effect, noted
from libs.messaging.tests.members import some

ROWS = text("SELECT * FROM jobs")
HOUR = timedelta(hours=1)
Runs = Callable[..., Jobs]


class Reminder(BaseModel):
    task_id: UUID


@pytest.fixture
def due() -> Reminder:
    return Reminder(task_id=new_id())


@pytest.fixture
def runs(stores: Engines, works: Works, system: Works, clock: FakeClock) -> Runs:
    """Makes what one process has."""

    def make(*jobs: Job[Any], slots: int = 8) -> Jobs:
        changes = Changes(stores.system)
        return Jobs(works, system, jobs, clock=clock, changes=changes, slots=slots)

    return make


@pytest.fixture(autouse=True)
async def no_jobs_of_others(system: Works, workspace_id: UUID) -> None:
    await system.run(workspace_id, lambda work: work.rows(text("DELETE FROM jobs")))


async def remind(work: Work, due: Reminder) -> None:
    effect = Effect(workspace_id=work.workspace_id, id=new_id(), key=due.task_id, version=1)
    work.session.add(effect)


REMIND = job("remind", Reminder, apply=remind)


async def promised(works: Works, workspace_id: UUID, *arguments: Any, **more: Any) -> UUID:
    return await works.run(workspace_id, lambda work: later(work, *arguments, **more))


async def rows(works: Works, workspace_id: UUID) -> list[Any]:
    return list(await works.run(workspace_id, lambda work: work.rows(ROWS)))


async def test_a_job_exists_only_if_its_transaction_committed(
    works: Works, runs: Runs, workspace_id: UUID, due: Reminder
) -> None:
    with pytest.raises(RuntimeError):
        await works.run(workspace_id, promise_and_fail)
    await promised(works, workspace_id, REMIND, due)

    assert await runs(REMIND).once() == 1
    assert await runs(REMIND).once() == 0

    assert await noted(works, workspace_id) == [(due.task_id, 1)]
    assert await rows(works, workspace_id) == []


async def promise_and_fail(work: Work) -> None:
    await later(work, REMIND, Reminder(task_id=new_id()))
    raise RuntimeError


async def test_a_job_waits_for_its_time(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder
) -> None:
    await promised(works, workspace_id, REMIND, due, at=clock() + HOUR)

    assert await runs(REMIND).once() == 0
    clock.advance(HOUR)
    assert await runs(REMIND).once() == 1


@pytest.mark.parametrize("fault", [(RuntimeError, 1), (UnavailableError, 0)])
async def test_a_failed_job_rolls_back_and_runs_again(
    works: Works,
    runs: Runs,
    clock: FakeClock,
    workspace_id: UUID,
    fault: tuple[type[Exception], int],
) -> None:
    faults, due = [fault[0]], Reminder(task_id=new_id())

    async def fetch(_: Reminder) -> int:
        return 1

    async def apply(work: Work, due: Reminder, _: int) -> None:
        await remind(work, due)
        await work.session.flush()
        if faults:
            raise faults.pop()

    flaky = job("flaky", Reminder, fetch=fetch, apply=apply)
    await promised(works, workspace_id, flaky, due)
    await runs(flaky).once()
    assert await noted(works, workspace_id) == []
    [waiting] = await rows(works, workspace_id)
    assert (waiting.tries, waiting.lease) == (fault[1], None)
    assert await runs(flaky).once() == 0
    clock.advance(HOUR)
    await runs(flaky).once()

    assert await noted(works, workspace_id) == [(due.task_id, 1)]


async def test_a_job_about_somebody_who_is_gone_ends_without_an_effect(
    works: Works, runs: Runs, workspace_id: UUID, due: Reminder
) -> None:
    async def gone(work: Work, due: Reminder) -> None:
        await remind(work, due)
        raise GoneError

    sad: Job[Reminder] = job("sad", Reminder, apply=gone)
    await promised(works, workspace_id, sad, due)
    await runs(sad).once()

    assert await noted(works, workspace_id) == []
    assert await rows(works, workspace_id) == []


async def test_a_job_that_is_given_up_stays_with_its_code_and_without_its_words(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder
) -> None:
    async def broken(work: Work, due: Reminder) -> None:
        raise RuntimeError("+33612345678")

    hopeless: Job[Reminder] = job("hopeless", Reminder, apply=broken)
    await promised(works, workspace_id, hopeless, due)
    for _ in range(hopeless.tries + 1):
        await runs(hopeless).once()
        clock.advance(2 * HOUR)

    [row] = await rows(works, workspace_id)
    assert (row.tries, row.code) == (hopeless.tries, "RuntimeError")
    assert row.given_up_at
    assert "33612345678" not in str(row)


async def test_whoever_lost_the_lease_has_no_effect(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder
) -> None:
    async def overtaken(work: Work, due: Reminder) -> None:
        await remind(work, due)
        if clock() == at:
            clock.advance(LEASE)
            assert await runs(slow).once() == 1

    at = clock()
    slow: Job[Reminder] = job("slow", Reminder, apply=overtaken)
    await promised(works, workspace_id, slow, due)
    await runs(slow).once()

    assert await noted(works, workspace_id) == [(due.task_id, 1)]
    assert await rows(works, workspace_id) == []


async def test_whoever_lost_the_lease_of_somebody_who_is_gone_leaves_it_to_the_other(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder
) -> None:
    async def late(_: Reminder) -> int:
        if clock() == at:
            clock.advance(LEASE)
            assert await runs(slow).once() == 1
            raise GoneError
        return 1

    async def remind_once(work: Work, due: Reminder, _: int) -> None:
        await remind(work, due)

    at = clock()
    slow: Job[Reminder] = job("once", Reminder, fetch=late, apply=remind_once)
    await promised(works, workspace_id, slow, due)
    await runs(slow).once()

    assert await noted(works, workspace_id) == [(due.task_id, 1)]


async def test_a_dependency_that_stays_away_is_asked_ever_more_seldom_and_then_at_once(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder
) -> None:
    async def needy(work: Work, due: Reminder) -> None:
        if is_away:
            raise UnavailableError
        await remind(work, due)

    async def paused() -> float:
        await process.once()
        [waiting] = await rows(works, workspace_id)
        assert waiting.tries == 0
        return float((waiting.due_at - clock()).total_seconds())

    needing: Job[Reminder] = job("needy", Reminder, apply=needy)
    is_away, process = True, runs(needing)
    await promised(works, workspace_id, needing, due)
    pauses = [await paused()]
    for minutes in (1, 2, 60):
        clock.advance(timedelta(minutes=minutes))
        pauses.append(await paused())
    is_away = False
    clock.advance(HOUR)
    await process.once()
    is_away = True
    await promised(works, workspace_id, needing, due)

    assert pauses == [2, 7.5, 22.5, 60]
    assert await paused() == 2


async def test_a_chore_comes_back_after_its_time_and_one_process_does_it(
    runs: Runs, clock: FakeClock
) -> None:
    done: list[UUID] = []

    async def purge(work: Work) -> bool:
        done.append(work.workspace_id)
        return len(done) == 2

    purging = chore("purge", every=HOUR, apply=purge)
    first, second = runs(purging), runs(purging)

    assert [await first.once(), await second.once()] == [1, 0]
    clock.advance(HOUR)
    assert [await second.once() for _ in range(3)] == [1, 1, 0]
    assert len(done) == 3


async def test_a_chore_that_fails_is_never_given_up(runs: Runs, clock: FakeClock) -> None:
    tried: list[int] = []

    async def broken(work: Work) -> bool:
        tried.append(1)
        raise RuntimeError

    breaking = chore("breaking", every=HOUR, apply=broken)
    for _ in range(20):
        await runs(breaking).once()
        clock.advance(2 * HOUR)

    assert len(tried) == 20


async def test_a_slow_job_holds_up_no_other(
    works: Works, runs: Runs, workspace_id: UUID, due: Reminder
) -> None:
    wait = asyncio.Event()

    async def waiting(work: Work, due: Reminder) -> None:
        await wait.wait()

    slow: Job[Reminder] = job("slow", Reminder, apply=waiting)
    await promised(works, workspace_id, slow, due)
    async with running(runs(slow, REMIND, slots=2)):
        for count in range(1, 4):
            await promised(works, workspace_id, REMIND, due)
            await until(some(works, workspace_id, count))
        wait.set()


async def test_a_job_begins_at_the_commit_not_at_the_next_poll(
    stores: Engines, system: Works, clock: FakeClock, workspace_id: UUID, due: Reminder
) -> None:
    bell, changes = Doorbell(stores.app), Changes(stores.system, poll=30)
    works = Works(stores.app, recorded=bell.ring)
    jobs = Jobs(works, system, [REMIND], clock=clock, changes=changes)
    jobs.poll = 30

    async with running(bell, changes, jobs):
        await until(lambda: changes.listening)
        await promised(works, workspace_id, REMIND, due)
        await until(some(works, workspace_id, 1), longest=5)


async def test_told_to_stop_it_finishes_what_runs_and_begins_nothing_more(
    works: Works, runs: Runs, workspace_id: UUID, due: Reminder
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(work: Work, due: Reminder) -> None:
        begun.set()
        await go_on.wait()
        await remind(work, due)

    slow: Job[Reminder] = job("slow", Reminder, apply=slowly)
    jobs = runs(slow, slots=1)
    for _ in range(3):
        await promised(works, workspace_id, slow, due)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(jobs.run())
        await begun.wait()
        jobs.stop()
        go_on.set()

    assert len(await noted(works, workspace_id)) == 1
    assert len(await rows(works, workspace_id)) == 2

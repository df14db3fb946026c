"""Whose job it is while it runs: the process's that renews its lease, until it dies."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contactflow.kernel import Clock, new_id, system_clock
from contactflow.messaging import Changes, Job, Jobs, job, later
from contactflow.messaging.leases import LEASE
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.parts import running
from contactflow.testing.postgres import PostgresServer
from contactflow.testing.waiting import until
from libs.messaging.tests.effects import noted
from libs.messaging.tests.members import some
from libs.messaging.tests.test_jobs import (
    REMIND,
    Reminder,
    Runs,
    due,
    no_jobs_of_others,
    promised,
    remind,
    rows,
    runs,
)

__all__ = ["due", "no_jobs_of_others", "runs"]  # fixtures of that module

NEARLY = LEASE - timedelta(seconds=1)


class Slow:
    """A job that takes until it is let go on."""

    def __init__(self) -> None:
        self.begun = self.cancelled = 0
        self.go_on = asyncio.Event()

    @property
    def job(self) -> Job[Reminder]:
        return job("remind", Reminder, fetch=self._fetch, apply=self._apply)

    async def _fetch(self, _: Reminder) -> int:
        self.begun += 1
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return 1

    async def _apply(self, work: Work, due: Reminder, _: int) -> None:
        await remind(work, due)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@asynccontextmanager
async def at_work(jobs: Jobs, slow: Slow, count: int = 1) -> AsyncIterator[None]:
    """So many of them have begun."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(jobs.once())
        await until(lambda: slow.begun == count)
        yield


async def test_a_job_takes_as_long_as_it_needs(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder, slow: Slow
) -> None:
    await promised(works, workspace_id, slow.job, due, key="c")
    mine, others = runs(slow.job), runs(REMIND)

    async with at_work(mine, slow):
        for _ in range(5):
            clock.advance(NEARLY)
            await mine.leases.renew()
            assert await others.once() == 0
        slow.go_on.set()

    assert await noted(works, workspace_id) == [(due.task_id, 1)]
    assert await rows(works, workspace_id) == []


async def test_a_worker_renews_by_itself_until_its_last_job_is_done(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder, slow: Slow
) -> None:
    await promised(works, workspace_id, slow.job, due)
    jobs = runs(slow.job)
    jobs.leases.every = 0.01

    async with running(jobs):
        await until(lambda: slow.begun)
        jobs.stop()
        for _ in range(3):
            clock.advance(NEARLY)
            await until(renewed(works, workspace_id, clock))
        slow.go_on.set()

    assert await noted(works, workspace_id) == [(due.task_id, 1)]


def renewed(works: Works, workspace_id: UUID, clock: Clock) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return all(row.due_at == clock() + LEASE for row in await rows(works, workspace_id))

    return ask


async def test_whoever_lost_the_lease_is_cancelled(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder, slow: Slow
) -> None:
    await promised(works, workspace_id, slow.job, due, key="c")
    mine, others = runs(slow.job), runs(REMIND)

    async with at_work(mine, slow):
        clock.advance(LEASE)
        assert await others.once() == 1
        assert slow.cancelled == 0
        await mine.leases.renew()

    assert slow.cancelled == 1
    assert mine.leases.held == []
    assert await noted(works, workspace_id) == [(due.task_id, 1)]


async def test_a_late_renewal_of_what_nobody_took_is_a_good_one(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder, slow: Slow
) -> None:
    await promised(works, workspace_id, slow.job, due)
    mine = runs(slow.job)

    async with at_work(mine, slow):
        clock.advance(2 * LEASE)
        assert await mine.once() == 0
        await mine.leases.renew()
        assert await runs(REMIND).once() == 0
        slow.go_on.set()

    assert (slow.begun, slow.cancelled) == (1, 0)
    assert await noted(works, workspace_id) == [(due.task_id, 1)]


async def test_a_row_that_somebody_has_locked_holds_up_no_renewal(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder, slow: Slow
) -> None:
    ids = [
        await promised(works, workspace_id, slow.job, due, key="c"),
        await promised(works, workspace_id, slow.job, due, key="d"),
    ]
    mine = runs(slow.job)

    async with at_work(mine, slow, 2):
        async with works.begin(workspace_id) as work, asyncio.timeout(5):
            await later(work, slow.job, due, key="c")
            clock.advance(NEARLY)
            await mine.leases.renew()
        ends = {row.id: row.due_at - clock() for row in await rows(works, workspace_id)}
        slow.go_on.set()

    assert [ends[one] for one in ids] == [LEASE - NEARLY, LEASE]
    assert slow.cancelled == 0


async def test_a_renewal_between_the_commit_and_its_caller_is_no_loss(
    stores: Engines, system: Works, clock: FakeClock, workspace_id: UUID, due: Reminder
) -> None:
    told: list[bool] = []

    class Pausing(Works):
        async def run(self, workspace_id: UUID, body: Any) -> Any:
            answer = await super().run(workspace_id, body)
            await jobs.leases.renew()
            await asyncio.sleep(0.01)
            told.append(True)
            return answer

    await promised(Works(stores.app), workspace_id, REMIND, due)
    works, changes = Pausing(stores.app), Changes(stores.system)
    jobs = Jobs(works, system, [REMIND], clock=clock, changes=changes)
    assert await jobs.once() == 1

    assert told == [True]


async def test_a_clock_that_is_far_ahead_takes_the_job_once_and_for_good(
    works: Works, system: Works, runs: Runs, stores: Engines, workspace_id: UUID, due: Reminder
) -> None:
    behind, ahead = Slow(), Slow()
    skewed, changes = FakeClock(), Changes(stores.system)
    skewed.advance(2 * LEASE)
    await promised(works, workspace_id, behind.job, due, key="c")
    mine = runs(behind.job)
    theirs = Jobs(works, system, [ahead.job], clock=skewed, changes=changes)

    async with at_work(mine, behind), at_work(theirs, ahead):
        await mine.leases.renew()
        await until(lambda: behind.cancelled)
        assert await mine.once() == 0
        ahead.go_on.set()

    assert (behind.begun, ahead.begun) == (1, 1)
    assert await noted(works, workspace_id) == [(due.task_id, 1)]


async def test_a_job_that_the_database_left_alone_begins_again_once_it_is_back(
    own_postgres: PostgresServer,
    works: Works,
    runs: Runs,
    workspace_id: UUID,
    due: Reminder,
    slow: Slow,
) -> None:
    await promised(works, workspace_id, slow.job, due)
    jobs = runs(slow.job)
    jobs.poll = 0.05

    async with running(jobs):
        await until(lambda: slow.begun)
        await asyncio.to_thread(own_postgres.stop)
        slow.go_on.set()
        await until(lambda: not jobs.leases.held)
        await asyncio.to_thread(own_postgres.start)
        await until(some(works, workspace_id, 1))

    assert slow.begun == 2
    assert await noted(works, workspace_id) == [(due.task_id, 1)]
    assert await rows(works, workspace_id) == []


async def test_what_another_has_begun_meanwhile_is_not_released(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID, due: Reminder, slow: Slow
) -> None:
    await promised(works, workspace_id, slow.job, due, key="c")
    theirs = Slow()
    mine, others = runs(slow.job), runs(theirs.job)

    async with at_work(mine, slow):
        [was] = await rows(works, workspace_id)
        clock.advance(LEASE)
        async with at_work(others, theirs):
            mine.leases.leave(was)
            await mine.leases.release()
            [now] = await rows(works, workspace_id)
            theirs.go_on.set()
        slow.go_on.set()

    assert now.lease not in {None, was.lease}
    assert await noted(works, workspace_id) == [(due.task_id, 1)]


async def test_a_killed_worker_s_job_goes_on_in_another_within_10_seconds(
    works: Works, system: Works, stores: Engines, workspace_id: UUID
) -> None:
    due, urls = Reminder(task_id=new_id()), stores.urls
    await promised(works, workspace_id, REMIND, due, key="c")
    mortal = (sys.executable, "-m", "libs.messaging.tests.mortal", urls.app, urls.system)
    process = await asyncio.create_subprocess_exec(*mortal)
    async with asyncio.timeout(30):
        assert await process.wait() == -signal.SIGKILL
    assert len(await rows(works, workspace_id)) == 1

    changes = Changes(stores.system)
    async with running(Jobs(works, system, [REMIND], clock=system_clock, changes=changes)):
        await until(some(works, workspace_id, 1), longest=10)

    assert await noted(works, workspace_id) == [(due.task_id, 1)]
    assert await rows(works, workspace_id) == []

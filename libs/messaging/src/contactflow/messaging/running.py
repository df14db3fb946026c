"""Runs the jobs that are due: each effect and its job's end in one transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from contactflow.kernel import Clock, GoneError, UnavailableError, new_id
from contactflow.messaging.changes import Changes, Watch
from contactflow.messaging.ending import LeaseLostError, fail, finish, give_up, lock, pause
from contactflow.messaging.failures import code_of
from contactflow.messaging.jobs import AT_ONCE, JOBS, Job
from contactflow.messaging.leases import LEASE, SERVICE, Leases
from contactflow.messaging.outage import Outage
from contactflow.persistence import Work, Works
from contactflow.telemetry import metrics, span, tell

T = TypeVar("T")
log = logging.getLogger(__name__)
POLL = 1.0
SHORTEST = 0.01
FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=1)

PLAN = text("""
    INSERT INTO jobs (workspace_id, id, name, key, arguments, due_at)
    VALUES (:workspace_id, :id, :name, 'chore', '{}', :due_at) ON CONFLICT DO NOTHING
""")
# A process that is late with its renewals does not take its own jobs for those of a dead one.
FREE = """
    given_up_at IS NULL AND name = ANY(:names)
    AND (lease IS NULL OR lease <> ALL(CAST(:held AS uuid[])))
"""
CLAIM = text(f"""
    UPDATE jobs SET tries = tries + 1, due_at = :until, lease = gen_random_uuid()
    WHERE (workspace_id, id) IN (SELECT workspace_id, id FROM jobs
        WHERE due_at <= :now AND {FREE}
        ORDER BY due_at, id LIMIT :slots FOR UPDATE SKIP LOCKED)
    RETURNING workspace_id, id, name, arguments, tries, lease, traceparent
""")  # noqa: S608  a constant
NEXT = text(f"SELECT min(due_at) FROM jobs WHERE {FREE}")  # noqa: S608  a constant


class Jobs:
    """Runs what is due, `slots` at once, each job in one process at a time.

    The effect and the job's end are one transaction, so it happens once. A job may take as long
    as it needs: its lease of 8 seconds is renewed while it runs, so that another process begins it
    soon after this one was killed. A job that lost its lease is cancelled and has no effect.
    `poll`: seconds between looks when nobody rings.
    """

    def __init__(
        self,
        works: Works,
        system: Works,
        jobs: Iterable[Job[Any]],
        *,
        clock: Clock,
        changes: Changes,
        slots: int = 8,
    ) -> None:
        self._works, self._system = works, system
        self._clock, self._changes = clock, changes
        self._jobs = {one.name: one for one in jobs}
        self._down: dict[str, datetime] = {}
        self.leases = Leases(system, clock)
        self._free, self._planned = slots, False
        self._away = Outage(log, lost="jobs.database_lost", found="jobs.database_found")
        self.poll = POLL
        self._bell, self._stopping = Watch(), False

    @property
    def chores(self) -> list[Job[Any]]:
        """What is done again and again, whether or not anybody asks."""
        return [one for one in self._jobs.values() if one.every]

    def stop(self) -> None:
        """Begin nothing more; return from `run` when what runs is done."""
        self._stopping = True
        self._bell.ring()

    async def run(self) -> None:
        """Run jobs until told to stop; a database that is away is waited for."""
        with self._changes.watch(JOBS, self._bell):
            async with self.leases.renewed(), asyncio.TaskGroup() as tasks:
                while not self._stopping:
                    await self._bell.wait(await self._turn(tasks))

    async def _turn(self, tasks: asyncio.TaskGroup) -> float:
        """Begin what is due; how long to wait, in seconds, for more."""
        try:
            await self._plan()
            await self.leases.release()
            begun = await self._begin(tasks)
            self._away.is_over()
            return SHORTEST if begun else await self._nap()
        except (UnavailableError, DBAPIError) as error:
            self._away.goes_on(error)
            return self.poll

    async def once(self) -> int:
        """Run what is due now, and renew no lease meanwhile; how many there were."""
        await self._plan()
        async with asyncio.TaskGroup() as tasks:
            return await self._begin(tasks)

    async def _begin(self, tasks: asyncio.TaskGroup) -> int:
        if not self._free:
            return 0
        now = self._clock()
        claim = {"now": now, "until": now + LEASE, "slots": self._free} | self._ours()
        claimed = (await self._rows(CLAIM, claim)).all()
        self._free -= len(claimed)
        for row in claimed:
            tasks.create_task(self._settle(row))
        return len(claimed)

    async def _nap(self) -> float:
        """Until the next is due, or a slow poll."""
        due = (await self._rows(NEXT, self._ours())).scalar()
        left = (due - self._clock()).total_seconds() if due and self._free else self.poll
        return min(max(left, SHORTEST), self.poll)

    def _ours(self) -> dict[str, Any]:
        return {"names": list(self._jobs), "held": self.leases.held}

    async def _plan(self) -> None:
        if self._planned:
            return
        for one in self.chores:
            row = {"workspace_id": SERVICE, "id": new_id(), "name": one.name, "due_at": AT_ONCE}
            await self._rows(PLAN, row)
        self._planned = True

    async def _settle(self, row: Row[Any]) -> None:
        said = {"job": row.name, "tries": row.tries, "workspace_id": row.workspace_id}
        begun, outcome = monotonic(), "unsettled"
        try:
            with span(f"job {row.name}", traceparent=row.traceparent, **said) as current:
                outcome = await self._ended(self._jobs[row.name], row)
                tell(current, outcome=outcome)
        except (UnavailableError, DBAPIError):
            log.warning("job.unsettled", extra={"job": row.name})
            self.leases.leave(row)
        finally:
            how = {"job": row.name, "outcome": outcome}
            metrics.JOB_DURATION.record(monotonic() - begun, how)
            self._free += 1
            self._bell.ring()

    async def _ended(self, what: Job[Any], row: Row[Any]) -> str:
        """Bring it to its end, and say which that was."""
        try:
            async with self.leases.keep(row):
                outcome = await self._done(what, row)
        except LeaseLostError:
            log.warning("job.overtaken", extra={"job": row.name})
            return "overtaken"
        except UnavailableError as down:
            return await self._postponed(row, down.code)
        except Exception as error:  # noqa: BLE001  any bug is a failed try
            return await self._failed(what, row, code_of(error, type(error).__name__))
        self._down.pop(row.name, None)
        return outcome

    async def _done(self, what: Job[Any], row: Row[Any]) -> str:
        try:
            await self._do(what, row)
        except GoneError:
            await self._alone(lambda work: self._finish(work, what, row, more=False))
            log.info("job.dropped", extra={"job": row.name})
            return "dropped"
        return "done"

    async def _postponed(self, row: Row[Any], code: str) -> str:
        """Once what it needs is back, it has waited an eighth longer than the outage, at most."""
        log.info("job.postponed", extra={"job": row.name, "code": code})
        now, tries = self._clock(), row.tries - 1
        outage = now - self._down.setdefault(row.name, now)
        due_at = now + min(max(outage / 8, FIRST), LONGEST)
        await self._alone(lambda work: fail(work, row, code=code, tries=tries, due_at=due_at))
        return "postponed"

    async def _failed(self, what: Job[Any], row: Row[Any], code: str) -> str:
        over = row.tries >= what.tries and not what.every
        said = {"job": row.name, "code": code}
        log.warning("job.given_up" if over else "job.failed", extra=said)
        tries, now = row.tries, self._clock()
        if over:
            await self._alone(lambda work: give_up(work, row, code=code, now=now))
            return "given_up"
        due_at = now + pause(tries)
        await self._alone(lambda work: fail(work, row, code=code, tries=tries, due_at=due_at))
        return "failed"

    async def _do(self, what: Job[Any], row: Row[Any]) -> None:
        arguments = what.arguments.model_validate(row.arguments)
        apply = await what.prepare(arguments)
        works = self._system if what.every else self._works

        async def body(work: Work) -> None:
            more = await apply(work, arguments)
            await self._finish(work, what, row, more=bool(more))

        await works.run(row.workspace_id, body)

    async def _finish(self, work: Work, what: Job[Any], row: Row[Any], *, more: bool) -> None:
        """The job's end, in the transaction of its effect. Raises LeaseLostError."""
        due_at = await lock(work, row)
        self.leases.locked(row)
        if what.every:
            due_at = AT_ONCE if more else self._clock() + what.every
        await finish(work, row, due_at=due_at)

    async def _rows(self, statement: Any, values: Any) -> Any:
        return await self._alone(lambda work: work.rows(statement, values))

    async def _alone(self, body: Callable[[Work], Awaitable[T]]) -> T:
        """Run a body in a transaction without an effect."""
        return await self._system.run(SERVICE, body)

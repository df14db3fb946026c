"""What is finished has a stated lifetime, and then it is gone."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.kernel import new_id
from contactflow.messaging import Changes, Jobs, Relay, housekeeping
from contactflow.messaging.housekeeping import EVERY, GIVEN_UP, RECEIVED, SENT
from contactflow.persistence import Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests import ledger
from libs.messaging.tests.sent import Sent

ABANDONED = text("""INSERT INTO jobs (workspace_id, id, name, arguments, due_at, given_up_at)
                    VALUES (:workspace, :id, 'old', '{}', :at, :at)""")
RECEIVE = text("""INSERT INTO inbox
                  SELECT :workspace, 'many', gen_random_uuid(), CAST(:at AS timestamptz)
                  FROM generate_series(1, :count)""")
MOMENT = timedelta(minutes=1)


@pytest.fixture
async def chores(stores: Engines, works: Works, system: Works, clock: FakeClock) -> Jobs:
    await system.run(new_id(), lambda work: work.rows(text("DELETE FROM jobs")))
    changes = Changes(stores.system)
    return Jobs(works, system, [housekeeping(clock)], clock=clock, changes=changes)


async def count(works: Works, workspace_id: UUID, table: str) -> int:
    counted = text(f"SELECT count(*) FROM {table}")
    found = await works.run(workspace_id, lambda work: work.rows(counted))
    return int(found.scalar_one())


async def all_done(chores: Jobs) -> None:
    while await chores.once():
        pass


async def test_a_row_that_kafka_has_leaves_after_a_week_and_one_that_waits_never(
    stores: Engines, works: Works, chores: Jobs, clock: FakeClock, workspace_id: UUID
) -> None:
    relay = Relay(stores.system, Sent())
    await works.run(workspace_id, ledger.create)
    async with running(relay):
        await until(lambda: relay.sent)
    await works.run(workspace_id, ledger.create)  # nobody relays it

    clock.advance(SENT - MOMENT)
    await all_done(chores)
    assert await count(works, workspace_id, "outbox") == 2
    clock.advance(SENT)
    await all_done(chores)
    assert await count(works, workspace_id, "outbox") == 1


async def test_the_inbox_forgets_after_a_month(
    works: Works, chores: Jobs, clock: FakeClock, workspace_id: UUID
) -> None:
    values = {"workspace": workspace_id, "count": 1, "at": clock()}
    await works.run(workspace_id, lambda work: work.rows(RECEIVE, values))

    clock.advance(RECEIVED - MOMENT)
    await all_done(chores)
    assert await count(works, workspace_id, "inbox") == 1
    clock.advance(EVERY)
    await all_done(chores)
    assert await count(works, workspace_id, "inbox") == 0


async def test_a_job_that_was_given_up_is_kept_for_a_month(
    works: Works, chores: Jobs, clock: FakeClock, workspace_id: UUID
) -> None:
    values = {"workspace": workspace_id, "id": new_id(), "at": clock()}
    await works.run(workspace_id, lambda work: work.rows(ABANDONED, values))

    clock.advance(GIVEN_UP - MOMENT)
    await all_done(chores)
    assert await count(works, workspace_id, "jobs") == 1
    clock.advance(EVERY)
    await all_done(chores)
    assert await count(works, workspace_id, "jobs") == 0


async def test_more_than_a_batch_is_purged_batch_by_batch(
    works: Works, chores: Jobs, clock: FakeClock, workspace_id: UUID
) -> None:
    values = {"workspace": workspace_id, "count": 2500, "at": clock()}
    await works.run(workspace_id, lambda work: work.rows(RECEIVE, values))

    clock.advance(2 * RECEIVED)
    runs = 0
    while await chores.once():
        runs += 1

    assert runs >= 4
    assert await count(works, workspace_id, "inbox") == 0

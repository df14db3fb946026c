"""Who watches is woken by a commit in another process."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from contactflow.kernel import new_id
from contactflow.messaging import Changes, Doorbell, Hints, Watch
from contactflow.persistence import Works
from contactflow.testing.database import Engines
from contactflow.testing.parts import running
from contactflow.testing.virtual import in_virtual_time
from contactflow.testing.waiting import until
from libs.messaging.tests import ledger

SLOW = 30.0


@pytest.fixture
async def bell(stores: Engines) -> AsyncIterator[Doorbell]:
    bell = Doorbell(stores.app)
    async with running(bell):
        yield bell


@pytest.fixture
async def changes(stores: Engines) -> AsyncIterator[Changes]:
    """As in another process: nothing is shared with the bell but the database."""
    changes = Changes(stores.system, poll=SLOW)
    async with running(changes):
        await until(lambda: changes.listening)
        yield changes


async def next_of(watch: Watch) -> Hints:
    async with asyncio.timeout(5):
        return await anext(watch)


async def test_a_commit_wakes_those_who_watch_its_aggregate(
    stores: Engines, bell: Doorbell, changes: Changes, workspace_id: UUID
) -> None:
    works = Works(stores.app, recorded=bell.ring)
    key = await works.run(workspace_id, ledger.create)
    with changes.watch(key) as watch, changes.watch(key) as another:
        for one in (watch, another):
            assert await next_of(one) == frozenset()  # at once, to look what is there
        await works.run(workspace_id, lambda work: ledger.tick(work, key))

        assert await next_of(watch) == frozenset()
        assert await next_of(another) == frozenset()


async def test_what_is_committed_at_the_very_end_is_told(stores: Engines, changes: Changes) -> None:
    bell, last = Doorbell(stores.app), new_id()
    with changes.watch(last) as watch:
        await next_of(watch)
        async with bell.ringing():
            bell.ring([last])
            await next_of(watch)
            bell.ring([last])  # while the bell keeps its pace

        assert await next_of(watch) == frozenset()


async def test_others_sleep_on(bell: Doorbell, changes: Changes) -> None:
    with changes.watch(new_id()) as watch:
        await next_of(watch)
        bell.ring([new_id()])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await anext(watch)


async def test_a_hint_arrives_with_the_wake_and_is_said_once(
    bell: Doorbell, changes: Changes
) -> None:
    changed = new_id()
    with changes.watch(changed) as watch:
        await next_of(watch)
        bell.hint(changed, "typing")
        assert await next_of(watch) == {"typing"}
        bell.ring([changed])
        assert await next_of(watch) == frozenset()


async def test_a_thousand_announcements_at_once_all_arrive(
    bell: Doorbell, changes: Changes
) -> None:
    ids = [new_id() for _ in range(1000)]
    with changes.watch(ids[0]) as first, changes.watch(ids[-1]) as last:
        for watch in (first, last):
            await next_of(watch)
        bell.ring(ids)
        for watch in (first, last):
            await next_of(watch)


async def test_without_announcements_there_is_a_slow_poll(stores: Engines) -> None:
    changes = Changes(stores.system, poll=0.05)
    with changes.watch(new_id()) as watch:
        for _ in range(3):
            await next_of(watch)


def test_slow_polls_on_a_tick_come_together_whenever_they_began() -> None:
    woken = list[float]()

    async def look(begun: float) -> None:
        await asyncio.sleep(begun)
        watch = Watch(15, tick=1)
        for _ in range(2):  # at once, and after the first slow poll
            await anext(watch)
        woken.append(asyncio.get_running_loop().time())

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as tasks:
            for begun in (0.1, 0.5, 0.9, 1.2):
                tasks.create_task(look(begun))

    in_virtual_time(all_of_them())

    assert woken == pytest.approx([15, 15, 15, 16])


async def test_after_a_lost_connection_everybody_looks_and_listens_again(
    stores: Engines, bell: Doorbell, changes: Changes
) -> None:
    changed = new_id()
    with changes.watch(changed) as watch:
        await next_of(watch)
        async with stores.system.connect() as connection:
            await connection.exec_driver_sql(CUT)
        await next_of(watch)
        bell.ring([changed])
        await next_of(watch)


CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"""


async def test_at_the_end_of_the_process_every_stream_ends(stores: Engines) -> None:
    changes, seen = Changes(stores.system, poll=SLOW), list[Hints]()

    async def stream() -> None:
        with changes.watch(new_id()) as watch:
            seen.extend([hints async for hints in watch])

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(changes.run())
        tasks.create_task(stream())
        await until(lambda: changes.listening)
        changes.stop()

    assert seen

    with changes.watch(new_id()) as late:
        assert [hints async for hints in late] == []


async def test_a_watch_that_is_cancelled_as_it_is_rung_ends() -> None:
    watch = Watch(poll=60)

    async def look() -> None:
        async for _ in watch:
            pass

    async with asyncio.TaskGroup() as tasks:
        looking = tasks.create_task(look())
        await asyncio.sleep(0.01)
        watch.ring()
        await asyncio.sleep(0)
        looking.cancel()
        done, _ = await asyncio.wait({looking}, timeout=1)
        watch.end()

    assert done
    assert looking.cancelled()

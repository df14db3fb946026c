"""What concurrency must not break: nothing survives, nothing hangs."""

import asyncio
from contextlib import suppress
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.erasure.queries import deleted
from contactflow.kernel import GoneError, new_id
from contactflow.persistence import Work, Works
from contactflow.testing.rounds import erased
from contactflow.testing.waiting import until
from contactflow.vault import Vault
from libs.erasure.tests.things import ADA, EVE, MOB, joins, says, someone

RUNS = 100
AT_ONCE = 5
WRITERS = 2
WAITS_FOR_US = text("""
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))
""")


async def write(work: Work) -> None:
    person = await someone(work, ADA)
    await asyncio.sleep(0)
    await says(work, person, await joins(work, person))


async def keep_writing(works: Works, workspace_id: UUID, over: asyncio.Event) -> None:
    """Until it is over, and twice more."""
    left = 2
    while left:
        left -= over.is_set()
        with suppress(GoneError):
            await works.run(workspace_id, write)


async def survivors(works: Works, vault: Vault, *, known: bool) -> int:
    """Rows that are there after an erasure, beside which and after which others wrote."""
    workspace_id, over = new_id(), asyncio.Event()
    await works.run(workspace_id, vault.create_key)
    if known:
        await works.run(workspace_id, write)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(WRITERS):
            tasks.create_task(keep_writing(works, workspace_id, over))
        await asyncio.sleep(0.01 if known else 0)
        await works.run(workspace_id, lambda work: erased(work, ADA))
        over.set()
    return await works.run(workspace_id, rows)


async def rows(work: Work) -> int:
    counts = (f"(SELECT count(*) FROM {one})" for one in ("subjects", "talkers", "words", "talks"))
    return int((await work.rows(text(f"SELECT {'+'.join(counts)}"))).scalar_one())


@pytest.mark.parametrize("known", [True, False])
async def test_in_a_hundred_runs_nothing_survives_beside_writers(
    works: Works, vault: Vault, *, known: bool
) -> None:
    left = []
    for _ in range(RUNS // AT_ONCE):
        some = (survivors(works, vault, known=known) for _ in range(AT_ONCE))
        left += await asyncio.gather(*some)

    assert left == [0] * RUNS


async def test_writer_and_eraser_in_each_others_way_both_come_to_an_end(
    works: Works, workspace_id: UUID
) -> None:
    """The writer takes its locks the wrong way round, until PostgreSQL ends the circle."""
    tries: list[str] = []
    locked = asyncio.Event()
    talk_id = await works.run(workspace_id, begin)

    async def wrong_way_round(work: Work) -> None:
        tries.append("writer")
        await work.rows(text("SELECT FROM talks FOR UPDATE"))
        if not locked.is_set():
            locked.set()
            await until(partial(somebody_waits, work), longest=3)
        await work.rows(text("SELECT FROM subjects FOR UPDATE"))

    async def erase(work: Work) -> None:
        tries.append("eraser")
        await erased(work, ADA)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(works.run(workspace_id, wrong_way_round))
        await locked.wait()
        tasks.create_task(works.run(workspace_id, erase))

    assert talk_id
    assert len(tries) == 3
    assert await works.run(workspace_id, rows) == 0


async def somebody_waits(work: Work) -> bool:
    return bool((await work.rows(WAITS_FOR_US)).scalar_one())


async def begin(work: Work) -> UUID:
    return await joins(work, await someone(work, ADA, MOB))


async def test_two_erasures_of_one_person_both_answer(works: Works, workspace_id: UUID) -> None:
    await works.run(workspace_id, begin)

    both = await asyncio.gather(
        works.run(workspace_id, lambda work: erased(work, ADA, MOB)),
        works.run(workspace_id, lambda work: erased(work, MOB)),
    )

    counts = [
        await works.run(workspace_id, partial(deleted, request_id=one.request_id)) for one in both
    ]
    assert sorted(map(len, counts)) == [0, 4]


async def test_one_round_in_two_processes_at_once_is_done_once(
    works: Works, workspace_id: UUID
) -> None:
    await works.run(workspace_id, begin)
    request_id = new_id()
    same = partial(_once, request_id=request_id)

    await asyncio.gather(*(works.run(workspace_id, same) for _ in range(5)))

    answers = text("SELECT count(DISTINCT body) FROM outbox")
    assert (await works.run(workspace_id, lambda work: work.rows(answers))).scalar_one() == 1
    gone = await works.run(workspace_id, partial(deleted, request_id=request_id))
    assert gone["subjects"] == 1


async def _once(work: Work, *, request_id: UUID) -> None:
    await erased(work, ADA, request_id=request_id)


async def test_of_two_who_talk_and_are_erased_at_once_no_talk_is_left(
    works: Works, workspace_id: UUID
) -> None:
    async def talk(work: Work) -> None:
        await joins(work, await someone(work, EVE), await begin(work))

    await works.run(workspace_id, talk)

    async with asyncio.TaskGroup() as tasks, works.begin(workspace_id) as first:
        await erased(first, ADA)
        tasks.create_task(works.run(workspace_id, lambda work: erased(work, EVE)))
        await asyncio.sleep(0.3)  # for the second to come to the talk, or past it

    assert await works.run(workspace_id, rows) == 0

"""One job per key: moved while it waits, once more after it ran, one at a time everywhere."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import BaseModel

from contactflow.messaging import Job, job, later
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from libs.messaging.tests.test_jobs import HOUR, Runs, no_jobs_of_others, promised, rows, runs

__all__ = ["no_jobs_of_others", "runs"]  # fixtures of that module

SECOND = timedelta(seconds=1)


class Turn(BaseModel):
    number: int


async def nothing(work: Work, turn: Turn) -> None:
    """No effect."""


def noting(said: list[int]) -> Job[Turn]:
    async def apply(work: Work, turn: Turn) -> None:
        said.append(turn.number)

    return job("turn", Turn, apply=apply)


async def test_said_again_while_it_waits_it_moves_and_takes_the_newest_arguments(
    works: Works, runs: Runs, clock: FakeClock, workspace_id: UUID
) -> None:
    said: list[int] = []
    turn = noting(said)
    first = await promised(works, workspace_id, turn, Turn(number=1), at=clock() + SECOND, key="c")
    again = await promised(
        works, workspace_id, turn, Turn(number=2), at=clock() + 3 * SECOND, key="c"
    )

    clock.advance(2 * SECOND)
    assert await runs(turn).once() == 0
    clock.advance(SECOND)
    assert await runs(turn).once() == 1

    assert first == again
    assert said == [2]
    assert await rows(works, workspace_id) == []


async def test_keys_names_and_workspaces_are_apart(
    works: Works, runs: Runs, workspace_id: UUID, other_workspace_id: UUID
) -> None:
    said: list[int] = []
    turn = noting(said)
    other: Job[Turn] = job("other", Turn, apply=nothing)
    await promised(works, workspace_id, turn, Turn(number=1), key="c")
    await promised(works, workspace_id, turn, Turn(number=2), key="d")
    await promised(works, workspace_id, other, Turn(number=3), key="c")
    await promised(works, other_workspace_id, turn, Turn(number=4), key="c")

    assert await runs(turn, other).once() == 4
    assert sorted(said) == [1, 2, 4]


@pytest.mark.parametrize("faults", [0, 1])
async def test_said_while_it_runs_it_is_due_again_after_that_run(
    works: Works, runs: Runs, workspace_id: UUID, faults: int
) -> None:
    said: list[int] = []

    async def apply(work: Work, turn: Turn) -> None:
        said.append(turn.number)
        if turn.number == 1:
            await promised(works, workspace_id, turning, Turn(number=2), key="c")
            assert await runs(turning).once() == 0  # another process must wait
            if faults:
                raise RuntimeError

    turning: Job[Turn] = job("turn", Turn, apply=apply)
    await promised(works, workspace_id, turning, Turn(number=1), key="c")
    assert await runs(turning).once() == 1
    assert await runs(turning).once() == 1

    assert said == [1, 2]
    assert await rows(works, workspace_id) == []


async def test_it_may_say_itself_again_in_its_own_transaction(
    works: Works, runs: Runs, workspace_id: UUID, clock: FakeClock
) -> None:
    said: list[int] = []

    async def apply(work: Work, turn: Turn) -> None:
        said.append(turn.number)
        if turn.number < 3:
            await later(work, turning, Turn(number=turn.number + 1), at=clock() + HOUR, key="c")

    turning: Job[Turn] = job("turn", Turn, apply=apply)
    await promised(works, workspace_id, turning, Turn(number=1), key="c")
    for _ in range(5):
        await runs(turning).once()
        assert await runs(turning).once() == 0
        clock.advance(HOUR)

    assert said == [1, 2, 3]


async def test_a_run_does_not_put_off_who_had_news_meanwhile(
    works: Works, runs: Runs, workspace_id: UUID, clock: FakeClock
) -> None:
    said: list[int] = []

    async def apply(work: Work, turn: Turn) -> None:
        said.append(turn.number)
        if turn.number == 1:
            await promised(works, workspace_id, turning, Turn(number=2), key="c")
            await later(work, turning, Turn(number=2), at=clock() + HOUR, key="c")

    turning: Job[Turn] = job("turn", Turn, apply=apply)
    await promised(works, workspace_id, turning, Turn(number=1), key="c")
    await runs(turning).once()
    await runs(turning).once()

    assert said == [1, 2]
    assert await rows(works, workspace_id) == []


async def test_said_again_after_it_was_given_up_it_runs_again(
    works: Works, runs: Runs, workspace_id: UUID, clock: FakeClock
) -> None:
    said: list[int] = []

    async def apply(work: Work, turn: Turn) -> None:
        said.append(turn.number)
        if turn.number == 1:
            raise RuntimeError

    turning: Job[Turn] = job("turn", Turn, apply=apply)
    await promised(works, workspace_id, turning, Turn(number=1), key="c")
    for _ in range(turning.tries + 1):
        await runs(turning).once()
        clock.advance(2 * HOUR)
    await promised(works, workspace_id, turning, Turn(number=2), key="c")
    await runs(turning).once()

    assert said == [1] * turning.tries + [2]
    assert await rows(works, workspace_id) == []


async def test_said_by_many_at_once_in_four_processes_it_runs_one_at_a_time_and_at_last(
    works: Works, runs: Runs, workspace_id: UUID
) -> None:
    at_once: list[int] = []
    seen: list[int] = []

    async def apply(work: Work, turn: Turn) -> None:
        at_once.append(1)
        assert len(at_once) == 1
        seen.append(spoken[-1])
        await asyncio.sleep(0.002)
        at_once.pop()

    spoken: list[int] = []
    turning: Job[Turn] = job("turn", Turn, apply=apply)

    async def speak(number: int) -> None:
        spoken.append(number)
        await promised(works, workspace_id, turning, Turn(number=number), key="c")

    async def process() -> None:
        jobs = runs(turning)
        while not (done.is_set() and not await rows(works, workspace_id)):
            await jobs.once()

    done = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(process())
        for first in range(0, 60, 10):
            await asyncio.gather(*(speak(first + n) for n in range(10)))
        done.set()

    assert seen[-1] == spoken[-1]
    assert await rows(works, workspace_id) == []

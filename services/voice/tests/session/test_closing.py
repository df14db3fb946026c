"""How the parts of a call end."""

import asyncio
import time

import pytest

from contactflow.voice.session.closing import Closing


async def test_what_is_done_in_time_is_complete() -> None:
    closing = Closing()

    assert await closing.within("line", asyncio.sleep(0))
    assert closing.incomplete == []


@pytest.mark.parametrize("raised", [ValueError, ExceptionGroup, asyncio.CancelledError])
async def test_what_fails_is_named_and_stops_nothing(raised: type[BaseException]) -> None:
    closing = Closing()

    async def failing() -> None:
        raise raised("no", [OSError()]) if raised is ExceptionGroup else raised

    assert not await closing.within("line", failing())
    assert closing.incomplete == ["line"]


async def test_what_hangs_is_named_and_left() -> None:
    closing, forever = Closing(), asyncio.Event()

    assert not await closing.within("line", forever.wait(), 0.01)
    assert closing.incomplete == ["line"]


async def test_nobody_is_waited_for_who_will_not_be_cancelled() -> None:
    closing, released = Closing(), asyncio.Event()
    began = time.monotonic()

    async def stubborn() -> None:
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue

    assert not await closing.within("ai", stubborn(), 0.01)
    assert time.monotonic() - began < 2
    assert closing.incomplete == ["ai"]
    released.set()


async def test_who_waits_can_be_cancelled_and_takes_it_along() -> None:
    closing, ended = Closing(), asyncio.Event()

    async def closes() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(closing.within("ai", closes(), 60))
        await asyncio.sleep(0.01)
        waiting.cancel()

    assert waiting.cancelled()
    async with asyncio.timeout(1):
        await ended.wait()

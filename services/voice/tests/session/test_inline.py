"""Work without a thread."""

import asyncio
import threading

import pytest

from contactflow.voice.session.inline import InlineExecutor


async def test_work_is_done_at_once_and_here() -> None:
    turns: list[str] = []
    asyncio.get_running_loop().call_soon(turns.append, "another")

    where = await asyncio.get_running_loop().run_in_executor(
        InlineExecutor(), threading.current_thread
    )

    assert where is threading.current_thread()
    assert turns == []


async def test_whoever_waits_for_it_gets_its_error() -> None:
    with pytest.raises(ZeroDivisionError):
        await asyncio.get_running_loop().run_in_executor(InlineExecutor(), divmod, 1, 0)

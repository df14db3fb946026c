"""Virtual time."""

import asyncio
import time

import pytest

from contactflow.testing.virtual import in_virtual_time


async def an_hour() -> float:
    begun = asyncio.get_running_loop().time()
    await asyncio.sleep(3600)
    return asyncio.get_running_loop().time() - begun


def test_an_hour_passes_at_once() -> None:
    begun = time.monotonic()

    assert in_virtual_time(an_hour()) == pytest.approx(3600)
    assert time.monotonic() - begun < 60


def test_who_waits_for_nothing_is_told() -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError):
        in_virtual_time(forever())

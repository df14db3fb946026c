"""Waiting: for the next try, and for what may happen before it."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import suppress


def pauses(shortest: float, longest: float) -> Iterator[float]:
    """How long to wait before each next try, for ever.

    In seconds, each twice the one before up to `longest`, each shortened by up to a half.
    """
    pause = shortest
    while True:
        yield pause * random.uniform(0.5, 1)  # noqa: S311  spread, not secrecy
        pause = min(pause * 2, longest)


async def happens(event: asyncio.Event, within: float) -> bool:
    """Wait for it, so many seconds at most; whether it has happened."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await event.wait()
    return event.is_set()

"""Parts that run for as long as a test needs them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from contactflow.messaging import Part


@asynccontextmanager
async def running(*parts: Part) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        for part in parts:
            tasks.create_task(part.run())
        try:
            yield
        finally:
            for part in parts:
                part.stop()

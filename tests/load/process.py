"""Processes that are measured, and the obvious alternatives as processes of their own."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import psutil
import uvloop
from starlette.types import ASGIApp

from contactflow.testing.serving import serving

PATIENCE = 60.0


class Measured(NamedTuple):
    """A server that runs."""

    url: str
    pid: int

    @property
    def cpu_s(self) -> float:
        """Seconds of a core, so far."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)

    @property
    def megabytes(self) -> float:
        """Of memory, now."""
        return float(psutil.Process(self.pid).memory_info().rss) / 2**20


@asynccontextmanager
async def alternative(module: str, *args: str) -> AsyncIterator[Measured]:
    """`python -m module args`, which calls `serve`; killed at the end."""
    command = (sys.executable, "-m", module, *args)
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        if process.stdout is None:
            raise EOFError
        async with asyncio.timeout(PATIENCE):
            url = (await process.stdout.readline()).decode().strip()
        yield Measured(url, process.pid)
    finally:
        process.kill()
        await process.wait()


def serve(app: ASGIApp) -> None:
    """Say where, then serve until killed, on the event loop that the product has."""
    uvloop.run(_serve(app))


async def _serve(app: ASGIApp) -> None:
    async with serving(app) as url:
        sys.stdout.write(url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

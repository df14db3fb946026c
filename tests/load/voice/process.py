"""The process whose calls are measured."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil

from contactflow.voice.session.ports import Latency

PATIENCE = 60.0


@dataclass
class Server:
    """See server.py."""

    process: Process
    url: str = ""

    @asynccontextmanager
    @staticmethod
    async def started(kind: str, ai_url: str) -> "AsyncIterator[Server]":
        """And killed at the end."""
        args = ("-m", "tests.load.voice.server", kind, ai_url)
        process = await asyncio.create_subprocess_exec(sys.executable, *args, stdout=PIPE)
        server = Server(process)
        try:
            server.url = f"{(await server._line()).replace('http', 'ws')}/media"
            yield server
        finally:
            process.kill()
            await process.wait()

    async def over(self) -> tuple[list[Latency], bool]:
        """Of the next call that is over: its answers, and whether nothing of it is missing."""
        said = json.loads(await self._line())
        return [Latency(**one) for one in said["answers"]], said["is_whole"]

    @property
    def cpu_s(self) -> float:
        """Seconds of a core, so far."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    @property
    def megabytes(self) -> float:
        """Of memory, now."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    async def _line(self) -> str:
        if self.process.stdout is None:
            raise EOFError
        async with asyncio.timeout(PATIENCE):
            return (await self.process.stdout.readline()).decode().strip()

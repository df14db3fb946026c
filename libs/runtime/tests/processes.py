"""Processes of the ticking service, and what they say."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from contactflow.testing.waiting import until

ROOT = Path(__file__).parents[3]


class Running:
    """A process that has been started: its log, its port, its end."""

    def __init__(self, process: Process, log: Path) -> None:
        self._process, self._log = process, log

    @property
    def said(self) -> list[dict[str, Any]]:
        """Every line of its log: each is JSON, or this fails."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def events(self) -> list[str]:
        return [line["event"] for line in self.said]

    def raw(self) -> str:
        return self._log.read_text()

    async def client(self) -> httpx.AsyncClient:
        """Once it serves."""
        await until(lambda: "http.serving" in self.events(), longest=40)
        port = next(line["port"] for line in self.said if line["event"] == "http.serving")
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10)

    async def metrics(self) -> str:
        """What Prometheus is told, on the port that is for it."""
        port = next(line["port"] for line in self.said if line["event"] == "metrics.serving")
        async with httpx.AsyncClient() as client:
            return (await client.get(f"http://127.0.0.1:{port}/metrics")).text

    async def stop(self, number: signal.Signals = signal.SIGTERM, *, longest: float = 20) -> int:
        if self._process.returncode is None:
            self._process.send_signal(number)
        async with asyncio.timeout(longest):
            return await self._process.wait()

    async def ended(self, *, longest: float = 40) -> int:
        async with asyncio.timeout(longest):
            return await self._process.wait()


@asynccontextmanager
async def ticking(*arguments: str, env: Mapping[str, str], log: Path) -> AsyncIterator[Running]:
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "libs.runtime.tests.ticking", *arguments),
            cwd=ROOT,
            env=dict(env),
            stdout=out,
            stderr=out,
        )
    running = Running(process, log)
    try:
        yield running
    finally:
        await running.stop(signal.SIGKILL)


async def ready(client: httpx.AsyncClient, status: int = 200) -> None:
    async def asked() -> bool:
        return (await client.get("/readyz")).status_code == status

    await until(asked, longest=40)

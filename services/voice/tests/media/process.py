"""A media process of its own, as it runs in production."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from contactflow.testing.waiting import until

ROOT = Path(__file__).parents[4]
SERVING = "http.serving"
STARTS_WITHIN_S = 60.0


@dataclass
class Running:
    """A process that has been started, and its log."""

    process: Process
    log: Path

    @property
    def said(self) -> list[dict[str, Any]]:
        """Every line of its log: each is JSON, or this fails."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    @property
    def port(self) -> int | None:
        return next((one["port"] for one in self.said if one["event"] == SERVING), None)

    async def is_ready(self) -> bool:
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"http://127.0.0.1:{self.port}/readyz")
        return answer.status_code == httpx.codes.OK

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def ended(self, longest: float = 30.0) -> int:
        async with asyncio.timeout(longest):
            return await self.process.wait()


@asynccontextmanager
async def running(role: str, env: Mapping[str, str], log: Path) -> AsyncIterator[Running]:
    """Once it is ready; at the end it is gone."""
    with log.open("ab") as out:
        command = (sys.executable, "-m", "contactflow.voice", role)
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=dict(env), stdout=out, stderr=out
        )
    one = Running(process, log)
    try:
        await until(lambda: one.port, longest=STARTS_WITHIN_S)
        await until(one.is_ready, longest=STARTS_WITHIN_S)
        yield one
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

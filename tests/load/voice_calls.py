"""python -m tests.load.voice_calls [CALLS ...]: what a call adds, beside a plain AgentSession."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any, Final

import psutil

from contactflow.testing.ai import Says, ScriptedAI, scripted_ai
from services.voice.tests.session.caller import calling

STUB_S: Final = 0.05
"""Speech to text, first token, speech: each."""
IDEAL_MS: Final = 600
"""Endpointing, first token, speech; speech to text runs inside the endpointing delay."""
ASKS: Final = 3
APART_S: Final = 0.13
CROWDS: Final = (1, 10, 20)


@dataclass
class Took:
    """All turns of a crowd; milliseconds beyond the ideal."""

    kind: str
    calls: int
    heard: list[float] = field(default_factory=list)
    counted: list[float] = field(default_factory=list)
    failed: int = 0
    cpu: float = 0.0
    """Percent of a core, a call."""
    memory: float = 0.0
    """MB more than with one call before, a call."""


@dataclass
class Server:
    """The process that is measured."""

    process: Process
    url: str

    @asynccontextmanager
    @staticmethod
    async def started(kind: str, ai_url: str) -> "AsyncIterator[Server]":
        """And killed at the end."""
        args = ("-m", "tests.load.voice_server", kind, ai_url)
        process = await asyncio.create_subprocess_exec(sys.executable, *args, stdout=PIPE)
        server = Server(process, "")
        try:
            server.url = (await server.line()).strip()
            yield server
        finally:
            process.kill()
            await process.wait()

    async def line(self) -> str:
        """The next it writes."""
        if self.process.stdout is None:
            raise EOFError
        async with asyncio.timeout(60):
            return (await self.process.stdout.readline()).decode()

    async def record(self) -> dict[str, Any]:
        """Of the next call that is over."""
        said: dict[str, Any] = json.loads(await self.line())
        return said


async def measure(kind: str, calls: int, ai: ScriptedAI) -> Took:
    """One call to warm up, then so many at once."""
    ai.reset()
    ai.speech.delay, ai.speech.otherwise = STUB_S, "What are your opening hours?"
    ai.otherwise = Says(("We open at nine in the morning.",), pause=STUB_S)
    took = Took(kind, calls)
    async with Server.started(kind, ai.base_url) as server:
        await a_call(server.url, kind, 0, 1)
        await server.record()
        about = psutil.Process(server.process.pid)
        loop = asyncio.get_running_loop()
        rss, cpu, began = about.memory_info().rss, _cpu(about), loop.time()
        waits = await asyncio.gather(
            *(a_call(server.url, kind, number, ASKS) for number in range(1, calls + 1)),
            return_exceptions=True,
        )
        took.cpu = (_cpu(about) - cpu) / (loop.time() - began) / calls * 100
        took.memory = (about.memory_info().rss - rss) / calls / 2**20
        for heard in waits:
            _add(took, heard)
        for _ in range(calls):
            said = await server.record()
            took.counted += [one - IDEAL_MS for one in said["ms"]]
            took.failed += bool(said["incomplete"] or said["ended_by"] != "caller")
    return took


async def a_call(url: str, kind: str, number: int, asks: int) -> list[float]:
    """Milliseconds from the last sound said to the first sound heard, question by question."""
    await asyncio.sleep(number * APART_S)
    heard = []
    async with calling(f"{url.replace('http', 'ws')}/media", f"CA{number}") as caller:
        if kind == "ours":
            await caller.answered()
        for _ in range(asks):
            await asyncio.sleep(0.3)
            heard.append(await caller.ask("opening_hours") * 1000)
            await caller.hears_silence(30)
        await caller.hang_up()
    return heard


def _add(took: Took, heard: list[float] | BaseException) -> None:
    if isinstance(heard, BaseException):
        took.failed += 1
    else:
        took.heard += [one - IDEAL_MS for one in heard]


def _cpu(about: psutil.Process) -> float:
    times = about.cpu_times()
    return float(times.user + times.system)


def table(measured: Sequence[Took]) -> Iterator[str]:
    """In Markdown."""
    yield "| calls | | added, p50 | p95 | as heard, p50 | p95 | CPU, each | memory, each | failed |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|---:|"
    for one in measured:
        counted, heard = _spread(one.counted), _spread(one.heard)
        yield (
            f"| {one.calls} | {one.kind} | {counted} | {heard} | {one.cpu:.1f} % |"
            f" {one.memory:.1f} MB | {one.failed} |"
        )


def _spread(sample: Sequence[float]) -> str:
    if len(sample) < 2:
        return "- | -"
    return f"{median(sample):.0f} ms | {quantiles(sample, n=20)[18]:.0f} ms"


async def main(crowds: Sequence[int]) -> None:
    """Each size with ours and with the plain one, in turns."""
    with scripted_ai() as ai:
        measured = [await measure(kind, n, ai) for n in crowds for kind in ("ours", "plain")]
    sys.stdout.write("\n".join([*table(measured), ""]))


if __name__ == "__main__":
    asyncio.run(main([int(one) for one in sys.argv[1:]] or CROWDS))

"""What a call adds to the stubs and to the endpointing delay, with others beside it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from contactflow.testing.ai import Says, scripted_ai
from contactflow.voice.session.agent import Timing
from contactflow.voice.session.ports import Latency
from services.voice.tests.session.caller import calling
from tests.load.voice.process import Server

KINDS: Final = ("ours", "plain")
TURNS: Final = ("ours", "plain", "plain", "ours")
STUB_S: Final = 0.05
"""Speech to text, first token, speech: each."""
IDEAL_MS: Final = (Timing().endpointing_s + 2 * STUB_S) * 1000
"""Endpointing, first token, speech; speech to text runs inside the endpointing delay."""
ASKS: Final = {1: 5, 10: 3, 20: 3}
"""Questions in each call, by how many calls there are."""
APART_S: Final = 0.13
QUESTION, ANSWER = "What are your opening hours?", "We open at nine in the morning."


@dataclass
class Took:
    """All answers of the runs of one kind with so many calls."""

    kind: str
    calls: int
    answers: list[Latency] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    """Milliseconds from the last sound said to the first sound heard."""
    failed: int = 0
    cpu_s: float = 0.0
    lasted_s: float = 0.0
    """All calls together."""
    megabytes: float = 0.0
    """More than before the first call, for each."""

    @property
    def added(self) -> list[float]:
        """Milliseconds beyond the ideal, as LiveKit counts them."""
        return [answer.total - IDEAL_MS for answer in self.answers if answer.total is not None]

    @property
    def cpu(self) -> float:
        """Percent of a core, a call."""
        return self.cpu_s / self.lasted_s * 100 if self.lasted_s else 0.0


async def measure() -> list[Took]:
    """Both kinds in turns, with more and more calls."""
    async with servers() as both:
        idle = {kind: server.megabytes for kind, server in both.items()}
        took = [await _crowd(both, idle, calls) for calls in ASKS]
    return [one for of_a_size in took for one in of_a_size]


@asynccontextmanager
async def servers() -> AsyncIterator[Mapping[str, Server]]:
    """A process of each kind, which has carried one call."""
    async with AsyncExitStack() as stack:
        ai = stack.enter_context(scripted_ai())
        ai.speech.delay, ai.speech.otherwise = STUB_S, QUESTION
        ai.otherwise = Says((ANSWER,), pause=STUB_S)
        both = {}
        for kind in KINDS:
            started = Server.started(kind, ai.base_url)
            both[kind] = server = await stack.enter_async_context(started)
            await _calls(server, Took(kind, 1), asks=1)
        yield both


async def _crowd(both: Mapping[str, Server], idle: Mapping[str, float], calls: int) -> list[Took]:
    took = {kind: Took(kind, calls) for kind in KINDS}
    for kind in TURNS:
        await _calls(both[kind], took[kind], ASKS[calls])
        more = (both[kind].megabytes - idle[kind]) / calls
        took[kind].megabytes = took[kind].megabytes or more
    return [*took.values()]


async def _calls(server: Server, took: Took, asks: int) -> None:
    """So many at once."""
    before = server.cpu_s
    numbers = range(took.calls)
    made = [_a_call(server.url, took, number, asks) for number in numbers]
    failed = await asyncio.gather(*made, return_exceptions=True)
    took.failed += sum(one is not None for one in failed)
    for _ in numbers:
        answers, is_whole = await server.over()
        took.answers += answers
        took.failed += not is_whole
    took.cpu_s += server.cpu_s - before


async def _a_call(url: str, took: Took, number: int, asks: int) -> None:
    await asyncio.sleep(number * APART_S)
    loop = asyncio.get_running_loop()
    async with calling(url, f"CA{number}") as caller:
        began = loop.time()
        if took.kind == "ours":
            await caller.answered()
        for _ in range(asks):
            await asyncio.sleep(0.3)
            took.heard.append(await caller.ask("opening_hours") * 1000)
            await caller.hears_silence(30)
        await caller.hang_up()
        took.lasted_s += loop.time() - began

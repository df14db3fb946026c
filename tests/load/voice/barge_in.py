"""From a caller's first sound to silence, and what stops an answer by mistake."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from contactflow.testing.ai import Says, ScriptedAI, scripted_ai
from contactflow.voice.session.agent import Timing
from services.voice.tests.session.caller import FRAME_S, QUIET, Caller
from services.voice.tests.session.house import a_house
from services.voice.tests.session.voices import RATE, cough, is_loud, speech

LEAST: Final = (0.1, Timing().barge_in_s, 0.3, 0.5)
"""Seconds of voice that interrupt."""
GOAL: Final = "250 ms"
"""With what we set."""
WORDS: Final = ("something_else", "parking", "goodbye", "a_person")
BEGUN: Final = (0.06, 0.1, 0.15, 0.2)
"""Seconds of a word that is broken off."""
COUGHS: Final = (0.2, 0.3, 0.4)
ANSWER: Final = "We are open from nine to five on weekdays and from ten to four on Saturday. " * 2
ASKED: Final = "What are your opening hours?"
LISTENS_S: Final = 1.2


@dataclass
class Stops:
    """Of one setting; seconds."""

    least: float
    clears: list[float] = field(default_factory=list)
    silences: list[float] = field(default_factory=list)
    missed: int = 0
    begun: dict[float, int] = field(default_factory=lambda: dict.fromkeys(BEGUN, 0))
    coughs: int = 0
    lost: int = 0
    """Answers that did not go on after a sound that was no interruption."""


async def measure() -> list[Stops]:
    """All settings at once, each in a call of its own."""
    return await asyncio.gather(*map(_measure, LEAST))


async def _measure(least: float) -> Stops:
    stops, timing = Stops(least), Timing(barge_in_s=least)
    with scripted_ai() as ai:
        async with a_house(ai, timing=timing, recording="off") as house, house.call() as caller:
            await caller.answered()
            ai.speech.otherwise = "Stop."
            for name in WORDS:
                await _answering(ai, caller)
                await _interrupt(stops, caller, speech(name))
            ai.speech.otherwise = ""
            for name in WORDS[:2]:
                for seconds in BEGUN:
                    await _answering(ai, caller)
                    stops.begun[seconds] += await _stumble(stops, caller, begun(name, seconds))
            for seed, seconds in enumerate(COUGHS):
                await _answering(ai, caller)
                stops.coughs += await _stumble(stops, caller, cough(seconds, seed))
            await caller.hang_up()
    return stops


async def _answering(ai: ScriptedAI, caller: Caller) -> None:
    """A long answer is being said."""
    await caller.hears_silence(60)
    ai.speech.words.clear()
    ai.speech.hears(ASKED)
    ai.plan(Says((ANSWER,)))
    await caller.ask("opening_hours")
    await asyncio.sleep(0.8)


async def _interrupt(stops: Stops, caller: Caller, pcm: bytes) -> None:
    began, clear = await _stopped(caller, pcm)
    if clear is None:
        stops.missed += 1
        return
    stops.clears.append(clear - began)
    heard = [at for at, sound in caller.heard if began <= at <= clear + 0.2 and is_loud(sound)]
    stops.silences.append((heard[-1] if heard else clear) - began)


async def _stumble(stops: Stops, caller: Caller, pcm: bytes) -> bool:
    """Whether it stopped the agent."""
    _, clear = await _stopped(caller, pcm)
    await asyncio.sleep(LISTENS_S)
    stops.lost += clear is not None and not any(caller.loud[-25:])
    return clear is not None


async def _stopped(caller: Caller, pcm: bytes) -> tuple[float, float | None]:
    """When the first loud sound was made, and when the carrier was told to be silent."""
    known = len(caller.clears)
    began = time.time() + _lead(pcm) / (2 * RATE) + FRAME_S
    caller.utter(pcm)
    await asyncio.sleep(LISTENS_S)
    clears = caller.clears[known:]
    return began, clears[0] if clears else None


def begun(name: str, seconds: float) -> bytes:
    """So much of a word, from where it is loud."""
    pcm = speech(name)
    return pcm[_lead(pcm) :][: round(seconds * RATE) * 2]


def _lead(pcm: bytes) -> int:
    """How many bytes are quiet."""
    frames = range(0, len(pcm), len(QUIET))
    return next(at for at in frames if is_loud(pcm[at : at + len(QUIET)]))


def table(measured: Sequence[Stops]) -> Iterator[str]:
    """In Markdown."""
    stumbles = " | ".join(f"{seconds} s" for seconds in BEGUN)
    yield (
        "| min_duration | clear, p50 | max | silence, p50 | goal | missed |"
        f" stops: {stumbles} | coughs | lost |"
    )
    yield f"|---:|---:|---:|---:|---:|---:|{'---:|' * len(BEGUN)}---:|---:|"
    for one in measured:
        goal = GOAL if one.least == Timing().barge_in_s else ""
        times = (median(one.clears or [0]), max(one.clears, default=0), median(one.silences or [0]))
        yield (
            f"| {one.least} s | {' | '.join(f'{at * 1000:.0f} ms' for at in times)} | {goal} |"
            f" {one.missed} of {len(WORDS)} | {' | '.join(map(str, one.begun.values()))} |"
            f" {one.coughs} of {len(COUGHS)} | {one.lost} |"
        )

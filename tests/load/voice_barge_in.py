"""python -m tests.load.voice_barge_in: from a caller's first sound to silence, and false stops."""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from contactflow.testing.ai import Says, ScriptedAI, scripted_ai
from contactflow.voice.session.agent import Timing
from services.voice.tests.session.caller import FRAME_S, Caller
from services.voice.tests.session.house import a_house
from services.voice.tests.session.voices import cough, is_loud, speech

LEAST: Final = (0.1, 0.2, 0.3, 0.5)
"""Seconds of voice that interrupt."""
HOLDS: Final = 0.8
"""Seconds after which a false stop is taken back."""
WORDS: Final = ("something_else", "parking", "goodbye", "a_person")
COUGHS: Final = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
ANSWER: Final = "We are open from nine to five on weekdays and from ten to four on Saturday. " * 3
ASKED: Final = "What are your opening hours?"
LISTENS: Final = 1.2


@dataclass
class Stops:
    """Of one setting; seconds."""

    least: float
    holds: float | None
    clears: list[float] = field(default_factory=list)
    silences: list[float] = field(default_factory=list)
    missed: int = 0
    false: int = 0
    lost: int = 0
    """Answers that a cough ended."""


async def measure(least: float, holds: float | None) -> Stops:
    """Interrupts four answers, and coughs into six."""
    stops = Stops(least, holds)
    timing = Timing(barge_in_s=least, false_barge_in_s=holds)
    with scripted_ai() as ai:
        async with a_house(ai, timing=timing, recording="off") as house, house.call() as caller:
            await caller.answered()
            ai.speech.otherwise = "Stop."
            for name in WORDS:
                await _answering(ai, caller)
                await _interrupt(stops, caller, speech(name))
            ai.speech.otherwise = ""
            for seed, seconds in enumerate(COUGHS):
                await _answering(ai, caller)
                await _cough(stops, caller, cough(seconds, seed))
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


async def _cough(stops: Stops, caller: Caller, pcm: bytes) -> None:
    _, clear = await _stopped(caller, pcm)
    stops.false += clear is not None
    await asyncio.sleep(LISTENS)
    stops.lost += clear is not None and not any(caller.loud[-25:])


async def _stopped(caller: Caller, pcm: bytes) -> tuple[float, float | None]:
    """When the first loud sound was made, and when the carrier was told to be silent."""
    known = len(caller.clears)
    lead = next(at for at in range(0, len(pcm), 320) if is_loud(pcm[at : at + 320])) / 16_000
    began = time.time() + lead + FRAME_S
    caller.utter(pcm)
    await asyncio.sleep(LISTENS)
    clears = caller.clears[known:]
    return began, clears[0] if clears else None


def table(measured: Sequence[Stops]) -> Iterator[str]:
    """In Markdown."""
    yield "| min_duration | then | clear, p50 | max | silence, p50 | missed | coughs: stop | lost |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|"
    for one in measured:
        then = "pause" if one.holds else "cut"
        yield (
            f"| {one.least} s | {then} | {_ms(median(one.clears or [0]))} |"
            f" {_ms(max(one.clears, default=0))} | {_ms(median(one.silences or [0]))} |"
            f" {one.missed} of {len(WORDS)} | {one.false} of {len(COUGHS)} | {one.lost} |"
        )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


async def main() -> None:
    """The four durations at once, first with pause and resume, then without."""
    measured = []
    for holds in (HOLDS, None):
        measured += await asyncio.gather(*(measure(least, holds) for least in LEAST))
    sys.stdout.write("\n".join([*table(measured), ""]))


if __name__ == "__main__":
    asyncio.run(main())

"""What was measured, in Markdown."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from statistics import median, quantiles
from typing import Final

from contactflow.voice.session.agent import Timing
from contactflow.voice.session.ports import Latency
from tests.load.voice.calls import IDEAL_MS, STUB_S, Took

GOALS: Final = {1: "20 ms", 20: "100 ms"}
"""Of what is added, p95, by how many calls there are."""


def added(measured: Iterable[Took]) -> Iterator[str]:
    """Ours beside plain, and how many times as much that is."""
    yield "| calls | | added, p50 | p95 | goal | heard, p50 | CPU, each | memory, each | failed |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|---:|"
    for calls, both in groupby(measured, lambda one: one.calls):
        ours, plain = both
        yield _row(ours, GOALS.get(calls, ""))
        yield _row(plain, "")
        pairs = zip(_figures(ours), _figures(plain), strict=True)
        p50, p95, heard, cpu, memory = (
            f"{one / other:.1f}" if other else "-" for one, other in pairs
        )
        yield f"| | ours / plain | {p50} | {p95} | | {heard} | {cpu} | {memory} | |"


def _row(one: Took, goal: str) -> str:
    p50, p95, heard, cpu, memory = _figures(one)
    return (
        f"| {one.calls} | {one.kind} | {p50:.0f} ms | {p95:.0f} ms | {goal} | {heard:.0f} ms |"
        f" {cpu:.1f} % | {memory:.1f} MB | {one.failed} |"
    )


def _figures(one: Took) -> tuple[float, ...]:
    return (*spread(one.added), middle(one.heard) - IDEAL_MS, one.cpu, one.megabytes)


def rest(one: Latency) -> float | None:
    """What the total holds beside its parts."""
    parts = [one.end_of_speech, one.first_sentence, one.first_audio]
    known = _known(parts)
    return None if one.total is None or len(known) < len(parts) else one.total - sum(known)


PARTS: Final[dict[str, Callable[[Latency], float | None]]] = {
    "end of turn": lambda one: _less(one.end_of_speech, Timing().endpointing_s),
    "first sentence": lambda one: _less(one.first_sentence, STUB_S),
    "first audio": lambda one: _less(one.first_audio, STUB_S),
    "the rest": rest,
}


def split(measured: Iterable[Took]) -> Iterator[str]:
    """Where what is added comes from: each part beyond what it ideally takes."""
    yield f"| calls | | {' | '.join(PARTS)} |"
    yield f"|---:|---|{'---:|' * len(PARTS)}"
    for one in measured:
        medians = (middle(_known(map(part, one.answers))) for part in PARTS.values())
        yield f"| {one.calls} | {one.kind} | {' | '.join(f'{ms:.0f} ms' for ms in medians)} |"


def spread(sample: Sequence[float]) -> tuple[float, float]:
    """Its p50 and p95."""
    p95 = quantiles(sample, n=20, method="inclusive")[18] if len(sample) > 1 else 0.0
    return middle(sample), p95


def middle(sample: Sequence[float]) -> float:
    return median(sample) if sample else 0.0


def _known(sample: Iterable[float | None]) -> list[float]:
    return [one for one in sample if one is not None]


def _less(ms: float | None, seconds: float) -> float | None:
    return None if ms is None else ms - seconds * 1000

"""Events from commit to Kafka, and from Kafka to their effect."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from tests.load.figures import percentile, say
from tests.load.messaging import consuming, relaying
from tests.load.messaging.house import a_house
from tests.load.messaging.relaying import FULL, SHARES

A_SECOND: Final = 20_000
LAG_MS: Final = 25
CONSUMED: Final = 5_000


async def main() -> bool:
    """Measure and print; whether ours lost an event, reordered a key or did something twice."""
    async with a_house() as house:
        relayed = await relaying.measure(house)
        say(throughput(relayed))
        say(lag(relayed))
        consumed = await consuming.measure(house)
        say(consumption(consumed))
    ours, _ = relayed
    wrong = sum(ours.lost.values()) + sum(ours.late.values())
    return bool(wrong + sum(one.lost + one.twice for one in consumed))


def throughput(both: Sequence[relaying.Took]) -> Iterator[str]:
    """In Markdown."""
    yield "| | events a second | goal | lost | out of order |"
    yield "|---|---:|---:|---:|---:|"
    for one in both:
        goal = f"{A_SECOND:,}" if one.kind == "relay" else ""
        rate = median(one.rates)
        yield f"| {one.kind} | {rate:,.0f} | {goal} | {one.lost[FULL]} | {one.late[FULL]} |"
    ours, theirs = (median(one.rates) for one in both)
    yield f"| relay / poller | {ours / theirs:.1f} | | | |"


def lag(both: Sequence[relaying.Took]) -> Iterator[str]:
    """In Markdown."""
    yield "| slow to commit | | p50 | p99 | goal | lost | out of order |"
    yield "|---:|---|---:|---:|---:|---:|---:|"
    for share in SHARES:
        for one in both:
            p50, p99 = (percentile(one.lags[share], percent) for percent in (50, 99))
            goal = f"{LAG_MS} ms" if one.kind == "relay" and not share else ""
            lost = f"{one.lost[share]:,} of {one.written[share]:,}"
            yield (
                f"| {share:.0%} | {one.kind} | {p50:.1f} ms | {p99:.1f} ms | {goal} |"
                f" {lost} | {one.late[share]} |"
            )
        ours, theirs = (
            [percentile(one.lags[share], percent) for percent in (50, 99)] for one in both
        )
        ratios = " | ".join(f"{a / b:.2f}" for a, b in zip(ours, theirs, strict=True))
        yield f"| | relay / poller | {ratios} | | | |"


def consumption(took: Sequence[consuming.Took]) -> Iterator[str]:
    """In Markdown."""
    yield "| workspaces | | messages a second | goal | CPU, each | lost | twice |"
    yield "|---:|---|---:|---:|---:|---:|---:|"
    for ours, theirs in zip(took[::2], took[1::2], strict=True):
        for one, goal in ((ours, f"{CONSUMED:,}"), (theirs, "")):
            rate, cpu = median(one.rates), median(one.cpu)
            yield (
                f"| {one.workspaces} | {one.kind} | {rate:,.0f} | {goal} | {cpu:,.0f} us |"
                f" {one.lost} | {one.twice} |"
            )
        ratio = median(ours.rates) / median(theirs.rates)
        cpu = median(ours.cpu) / median(theirs.cpu)
        yield f"| | inbox / single | {ratio:.1f} | | {cpu:.2f} | | |"

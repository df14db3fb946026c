"""Two thousand visitors with their page open."""

from collections.abc import Iterator, Sequence
from statistics import median

from tests.load.figures import percentile, say
from tests.load.house import engines
from tests.load.streams import telling
from tests.load.streams.telling import STREAMS, Took


async def main() -> bool:
    """Measure and print; whether chat's streams missed something or told it twice."""
    async with engines() as house:
        took = await telling.measure(house)
    say(table(took))
    return bool(took[0].lost + took[0].twice)


def table(took: Sequence[Took]) -> Iterator[str]:
    """In Markdown."""
    yield (
        f"| {STREAMS:,} streams | deliveries a second | commit to page, p50 | p99 | CPU, each |"
        " CPU, idle | memory, a stream | lost | twice |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for one in took:
        rate, p50, p99, cpu, idle, memory = figures(one)
        yield (
            f"| {one.kind} | {rate:,.0f} | {p50:,.0f} ms | {p99:,.0f} ms | {cpu:.2f} ms |"
            f" {idle:.0f} % | {memory:.0f} kB | {one.lost} | {one.twice} |"
        )
    pairs = zip(*(figures(one) for one in took), strict=True)
    yield f"| chat / poller | {' | '.join(f'{a / b:.2f}' for a, b in pairs)} | | |"


def figures(one: Took) -> tuple[float, ...]:
    """Medians."""
    p50, p99 = (percentile(one.ms, percent) for percent in (50, 99))
    return median(one.rates), p50, p99, median(one.cpu_ms), one.idle_cpu, one.kilobytes

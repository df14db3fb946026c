"""Messages of visitors, accepted over HTTP."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from tests.load.chat import writing
from tests.load.chat.writing import Took
from tests.load.figures import percentile, say
from tests.load.house import engines


async def main() -> bool:
    """Measure and print; whether chat lost a message that it had accepted."""
    async with engines() as house:
        took, lost = await writing.measure(house)
    say(table(took, lost))
    return bool(lost["chat"])


def table(took: Sequence[Took], lost: Mapping[str, int]) -> Iterator[str]:
    """In Markdown."""
    yield "| connections | | messages a second | p50 | p99 | server's CPU, each | lost |"
    yield "|---:|---|---:|---:|---:|---:|---:|"
    for ours, theirs in zip(took[::2], took[1::2], strict=True):
        for one in (ours, theirs):
            rate, p50, p99, cpu = figures(one)
            yield (
                f"| {one.connections} | {one.kind} | {rate:,.0f} | {p50:.1f} ms | {p99:.1f} ms |"
                f" {cpu:.2f} ms | {lost[one.kind]} |"
            )
        pairs = zip(figures(ours), figures(theirs), strict=True)
        yield f"| | chat / plain | {' | '.join(f'{a / b:.2f}' for a, b in pairs)} | |"


def figures(one: Took) -> tuple[float, float, float, float]:
    """Messages a second, p50 and p99 in milliseconds, CPU of each."""
    return (median(one.rates), percentile(one.ms, 50), percentile(one.ms, 99), median(one.cpu_ms))

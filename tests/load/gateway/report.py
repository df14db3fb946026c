"""A request on its way through the gateway."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from tests.load.figures import percentile, say
from tests.load.gateway import forwarding
from tests.load.gateway.forwarding import CONNECTIONS, Took
from tests.load.house import engines

ADDED_MS: Final = 0.3


async def main() -> bool:
    """Measure and print. A goal that is missed is no failure; a wrong answer ends it."""
    async with engines() as house:
        say(table(await forwarding.measure(house)))
    return False


def table(took: Sequence[Took]) -> Iterator[str]:
    """In Markdown."""
    yield (
        "| | p50 | added | goal | p99 | added |"
        f" requests a second, {CONNECTIONS} at once | CPU of the process, each |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    direct = [percentile(took[0].alone_ms, percent) for percent in (50, 99)]
    for one in took:
        p50, p99 = (percentile(one.alone_ms, percent) for percent in (50, 99))
        added = ("", "") if one is took[0] else (f"{p50 - direct[0]:.2f}", f"{p99 - direct[1]:.2f}")
        goal = f"{ADDED_MS} ms" if one.kind == "gateway" else ""
        yield (
            f"| {one.kind} | {p50:.2f} ms | {added[0]} | {goal} | {p99:.2f} ms | {added[1]} |"
            f" {median(one.rates):,.0f} | {median(one.cpu_ms):.2f} ms |"
        )

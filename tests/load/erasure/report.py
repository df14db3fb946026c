"""An erasure and its floor among many people; what the fences cost."""

import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Final

from contactflow.kernel import decode
from contactflow.testing.ai import scripted_ai
from contactflow.testing.plugin import a_broker, a_postgres
from contactflow.testing.settings import home
from tests.e2e.house import House, a_house
from tests.e2e.people import Business, a_business
from tests.load.crowd import crowd
from tests.load.erasure import eraser, erasures, fences
from tests.load.erasure.erasures import Took
from tools.stack.settings import ROOT

OTHERS: Final = 100_000
GOALS: Final = {100: 0.5, 2_000: 0.6, 10_000: 1.0}
"""Seconds, by the rows of the person."""


async def main() -> bool:
    """Measure and print; whether a goal was missed."""
    async with a_full_house() as (house, business):
        first = await erasures.measure(house, business, min(GOALS), runs=1)
        took = [await erasures.measure(house, business, rows) for rows in GOALS]
        costs = await fences.measure(house.postgres)
        rates = await eraser.measure(house.postgres)
    lines = [*erasure_table(took, rates), "", first_line(first, took), "", *fence_table(costs)]
    sys.stdout.write("\n".join([*lines, "", ""]))
    return any(one.typical > GOALS[one.rows] for one in took)


@asynccontextmanager
async def a_full_house() -> AsyncIterator[tuple[House, Business]]:
    """All services, and a workspace with many people in it."""
    with (
        tempfile.TemporaryDirectory(prefix="contactflow-") as folder,
        a_postgres() as postgres,
        a_broker(home(ROOT)) as broker,
        scripted_ai() as ai,
    ):
        async with (
            a_house(Path(folder), postgres, broker, ai) as house,
            a_business(house.gateway) as business,
        ):
            workspace_id = decode("ws", business.account["workspace"]["id"])
            channel_id = decode("chn", business.channel["id"])
            await crowd(house, workspace_id, channel_id, OTHERS)
            yield house, business


def erasure_table(took: Iterable[Took], rates: Mapping[int, float]) -> Iterator[str]:
    """In Markdown."""
    yield "| rows | approval to receipt, p50 | max | goal | eraser, rows a second | cascade, p50 |"
    yield "|---:|---:|---:|---:|---:|---:|"
    for one in took:
        floor = median(one.cascaded)
        ours = f"{one.typical:.2f} s | {max(one.proved):.2f} s | {GOALS[one.rows]} s"
        yield f"| {one.rows:,} | {ours} | {rates[one.rows]:,.0f} | {floor:.3f} s |"


def first_line(first: Took, later: Iterable[Took]) -> str:
    """How much more the first one takes."""
    typical = median(spent for one in later for spent in one.spent)
    return (
        f"The first after the start took {first.typical:.2f} s, and {first.spent[0]:.1f} s of the"
        f" processor; the others {typical:.1f} s of it (p50)."
    )


def fence_table(costs: Mapping[str, fences.Cost]) -> Iterator[str]:
    """In Markdown."""
    yield "| insert | a second, with fences | without | cost |"
    yield "|---|---:|---:|---:|"
    for name, cost in costs.items():
        fenced, bare = median(cost.fenced), median(cost.bare)
        yield f"| {name} | {fenced:,.0f} | {bare:,.0f} | {cost.percent:.1f} % |"

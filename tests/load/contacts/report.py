"""Reading among a million contacts, under row-level security."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager

from contactflow.runtime import Settings
from contactflow.runtime.memory import settle
from contactflow.runtime.platform import platform
from tests.e2e.house import House
from tests.load.contacts import filling, over_http, plain, reading
from tests.load.contacts.filling import Workspace
from tests.load.contacts.kinds import kinds
from tests.load.contacts.reading import Took
from tests.load.figures import percentile, say
from tests.load.house import Gateway, engines, settings


async def main() -> bool:
    """Measure and print; whether an answer was wrong."""
    async with a_full_house() as (house, filled):
        async with filling.connected(house.database("crm")) as admin:
            asked = await kinds(admin, filled)
        async with platform("crm", settings(house, "crm", Settings)) as on:
            settle()  # as every process of the product, once it has started
            took = await reading.measure(on.works, asked)
        say(table(took))
        await house.start("crm", "api")
        over = [kind for kind in asked if not kind.name.startswith("timeline")]
        say(http_table(await over_http.measure(house.urls["crm"], Gateway(house), over), took))
    return any(one.wrong for one in took)


@asynccontextmanager
async def a_full_house() -> AsyncIterator[tuple[House, list[Workspace]]]:
    """crm's database, with everybody in it."""
    filled = filling.workspaces()
    async with engines() as house:
        await house.provide("crm")
        said = settings(house, "crm", Settings)
        async with platform("crm", said) as on:
            for one in filled:
                await on.works.run(one.id, on.vault.create_key)
        async with filling.connected(house.database("crm")) as admin:
            for statement in plain.TABLES:
                await admin.execute(statement)
        await filling.fill(house.database("crm"), said, filled)
        yield house, filled


def table(took: Sequence[Took]) -> Iterator[str]:
    """In Markdown."""
    yield "| | ours, p50 | p99 | goal | plain, p50 | max | ours / plain, p50 | wrong |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for one in took:
        ours, p99, theirs = (
            percentile(one.ours, 50),
            percentile(one.ours, 99),
            percentile(one.theirs, 50),
        )
        yield (
            f"| {one.kind.name} | {ours:.1f} ms | {p99:.1f} ms | {one.kind.goal_ms} ms |"
            f" {theirs:.1f} ms | {max(one.theirs):.1f} ms | {ours / theirs:.3f} | {one.wrong} |"
        )


def http_table(over: Mapping[str, Sequence[float]], took: Sequence[Took]) -> Iterator[str]:
    """In Markdown."""
    yield "| over HTTP | p50 | p99 | of it, outside the use case, p50 |"
    yield "|---|---:|---:|---:|"
    inside = {one.kind.name: percentile(one.ours, 50) for one in took}
    for name, sample in over.items():
        p50, p99 = (percentile(sample, percent) for percent in (50, 99))
        yield f"| {name} | {p50:.1f} ms | {p99:.1f} ms | {p50 - inside[name]:.1f} ms |"

"""Every list, while it is written to: who walks it meets each row once."""

import asyncio
from collections.abc import AsyncIterator
from itertools import cycle

import pytest
from httpx import AsyncClient

from contactflow.testing.waiting import until
from tests.e2e.house import House
from tests.e2e.people import Json, a_business
from tests.hostile import contract
from tests.hostile.contract import Route
from tests.hostile.estate import Estate
from tests.hostile.writers import Firm, Writer, a_firm

ROWS = 16
LIMIT = 3
LISTS = [one for one in contract.lists() if not one.is_for_anybody]
"""A visitor's list goes on from a place: `test_streams` walks it."""


@pytest.fixture(scope="module")
async def firm(house: House) -> AsyncIterator[Firm]:
    """One business for all lists."""
    async with a_business(house.gateway) as business:
        yield await a_firm(business)


async def page(http: AsyncClient, path: str, cursor: str | None, limit: int = LIMIT) -> Json:
    """Some of the list."""
    where = {"limit": limit} | ({"cursor": cursor} if cursor else {})
    answer = await http.get(path, params=where)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    assert found["has_more"] == (found["next_cursor"] is not None)
    return found


async def filled(http: AsyncClient, writer: Writer) -> list[str]:
    """The ids in a list that is long enough, newest first."""

    async def long_enough() -> list[str] | None:
        ids = [one["id"] for one in (await page(http, writer.path, None, 100))["data"]]
        return ids if len(ids) >= ROWS else None

    there = [one["id"] for one in (await page(http, writer.path, None, 100))["data"]]
    for _ in range(ROWS - len(there)):
        await writer.make()
    found = await until(long_enough, longest=30)
    assert found
    return found


def test_every_list_has_somebody_who_writes_to_it(firm: Firm) -> None:
    assert {one.path for one in LISTS} == firm.writers().keys()


@pytest.mark.parametrize("route", LISTS, ids=str)
async def test_a_walk_meets_each_row_once_while_others_write(firm: Firm, route: Route) -> None:
    writer = firm.writers()[route.path]
    there = await filled(firm.http, writer)
    dropped = there[1:12:5] if writer.drop else []
    staying = [one for one in there if one not in dropped]
    seen: list[str] = []
    cursor, dropping, changing = None, iter(dropped), cycle(staying)

    while cursor or not seen:
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(page(firm.http, writer.path, cursor))
            tasks.create_task(writer.make())
            if writer.change:
                tasks.create_task(writer.change(next(changing)))
            if writer.drop and (one := next(dropping, None)):
                tasks.create_task(writer.drop(one))
        seen += [one["id"] for one in reading.result()["data"]]
        cursor = reading.result()["next_cursor"]

    assert len(seen) == len({*seen})
    assert [one for one in seen if one in staying] == staying


@pytest.mark.parametrize("route", LISTS, ids=str)
async def test_a_cursor_leads_nowhere_but_on(firm: Firm, stranger: Estate, route: Route) -> None:
    writers = firm.writers()
    path = writers[route.path].path
    await filled(firm.http, writers[route.path])
    cursor = (await page(firm.http, path, None, 1))["next_cursor"]
    middle = len(cursor) // 2
    tampered = cursor[:middle] + ("A" if cursor[middle] != "A" else "B") + cursor[middle + 1 :]
    elsewhere = "/v1/contacts" if path == "/v1/agents" else "/v1/agents"

    answers = [
        await http.get(at, params={"cursor": one})
        for http, at, one in (
            (firm.http, path, tampered),
            (firm.http, elsewhere, cursor),
            (stranger.http, path, cursor),
        )
    ]

    problems = [(one.status_code, one.json()["code"]) for one in answers]
    assert problems == [(422, "invalid_cursor")] * 3

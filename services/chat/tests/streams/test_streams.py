"""Streams over a real server: nothing is missed, nothing comes twice, from any place."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from contactflow.chat.app import create_app
from contactflow.chat.conversations import service
from contactflow.chat.conversations.repository import SqlConversations
from contactflow.chat.sessions.door import Door
from contactflow.chat.sessions.model import LIFE
from contactflow.chat.settings import ChatSettings
from contactflow.chat.streams.queries import MOST
from contactflow.chat.streams.service import Alive, Said, Streams
from contactflow.kernel import UnavailableError
from contactflow.messaging import Changes
from contactflow.persistence import Work, Works
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.testing.metrics import Measured
from contactflow.testing.serving import serving
from contactflow.testing.waiting import until
from contactflow.testing.works import FaultyWorks
from contactflow.vault import Opened
from services.chat.tests.serving import Event, stream, take
from services.chat.tests.visitors import WEB_CHAT, Visitors


async def test_streams_that_are_open_are_counted(
    url: str, visitors: Visitors, measured: Measured
) -> None:
    visitor = await visitors.come()

    async with stream(url, visitor) as one, stream(url, visitor) as other:
        await take(one, 1)
        await take(other, 1)
        assert measured.now("contactflow_streams_open") == 2

    await until(lambda: measured.now("contactflow_streams_open") == 0)


async def test_a_stream_begins_at_the_beginning_and_goes_on(url: str, visitors: Visitors) -> None:
    visitor = await visitors.come()
    await visitor.send("One")

    async with stream(url, visitor) as following:
        before = await take(following, 2)
        await visitor.send("Two")
        after = await take(following, 1)

    assert [one.id for one in before + after] == [1, 2, 3]
    assert [one.data for one in before + after] == await visitor.read()


async def test_a_stream_catches_up_with_more_than_is_read_at_once(
    url: str, visitors: Visitors, works: Works, clock: FakeClock
) -> None:
    visitor = await visitors.come()

    async def talk(work: Work) -> None:
        for number in range(2 * MOST):
            await service.reply(
                SqlConversations(work),
                conversation_id=visitor.conversation_id,
                text=str(number),
                at=clock(),
            )

    await works.run(visitors.workspace_id, talk)

    async with stream(url, visitor) as following:
        seen = await take(following, 2 * MOST + 1)

    assert [one.id for one in seen] == list(range(1, 2 * MOST + 2))


@pytest.mark.parametrize("place", range(6))
async def test_a_stream_resumes_at_any_place(url: str, visitors: Visitors, place: int) -> None:
    visitor = await visitors.come()
    for number in range(3):
        await visitor.send(str(number))

    async with stream(url, visitor, place) as following, asyncio.TaskGroup() as tasks:
        for number in range(3):
            tasks.create_task(visitor.send(f"late {number}"))
        seen = await take(following, 7 - place)

    assert [one.id for one in seen] == list(range(place + 1, 8))


async def test_many_broken_streams_miss_nothing_and_double_nothing(
    url: str, visitors: Visitors
) -> None:
    visitor, seen = await visitors.come(), [0]

    async def write() -> None:
        for number in range(30):
            await visitor.send(str(number))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write())
        while seen[-1] < 31:
            async with stream(url, visitor, seen[-1]) as following:
                seen += [one.id or 0 for one in await take(following, min(3, 31 - seen[-1]))]

    assert seen == list(range(32))


async def test_a_message_wakes_streams_of_another_process(
    url: str, visitors: Visitors, on: Platform[ChatSettings]
) -> None:
    visitor = await visitors.come()
    changes = Changes(on.system.engine)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(changes.run())
        async with serving(create_app(replace(on, changes=changes))) as other:
            async with stream(other, visitor, 1) as following:
                await visitor.send("Hello")
                async with asyncio.timeout(5):  # far less than the slow poll
                    [seen] = await take(following, 1)
            changes.stop()

    assert seen.data["text"] == "Hello"


async def test_typing_is_shown_while_it_lasts(
    url: str, visitors: Visitors, on: Platform[ChatSettings]
) -> None:
    visitor = await visitors.come()

    async with stream(url, visitor, 1) as following, asyncio.TaskGroup() as tasks:
        shown = tasks.create_task(next_of(following))
        while not shown.done():
            on.doorbell.hint(visitor.conversation_id, "typing")
            await asyncio.sleep(0.05)

    assert shown.result() == Event("typing", None, {"author": "agent"})


async def next_of(following: AsyncIterator[Event]) -> Event:
    return await anext(following)


async def test_a_stream_that_waits_holds_no_connection(
    url: str, visitors: Visitors, on: Platform[ChatSettings]
) -> None:
    visitor, pool = await visitors.come(), on.works.engine.pool

    async with AsyncExitStack() as streams:
        open_streams = [await streams.enter_async_context(stream(url, visitor)) for _ in range(30)]
        first = [await take(one, 1) for one in open_streams]
        await until(lambda: pool.checkedout() == 0)  # type: ignore[attr-defined]
        await visitor.send("Hello")
        second = [await take(one, 1) for one in open_streams]

    assert {one[0].id for one in first} == {1}
    assert {one[0].id for one in second} == {2}


async def test_a_stream_ends_with_its_session(
    url: str, visitors: Visitors, on: Platform[ChatSettings], clock: FakeClock
) -> None:
    visitor = await visitors.come()

    async with stream(url, visitor, 1) as following:
        clock.advance(LIFE)
        on.doorbell.ring([visitor.conversation_id])
        last = await anext(following)

    assert last.name == "session.ended"


async def test_a_stream_closes_when_its_process_is_told_to_stop(
    url: str, visitors: Visitors, on: Platform[ChatSettings]
) -> None:
    visitor = await visitors.come()

    async with stream(url, visitor, 1) as following:
        on.changes.stop()
        left = [one async for one in following]

    assert left == []


@pytest.mark.parametrize("place", ["-1", "x", str(2**31)])
async def test_a_place_that_is_none_is_refused(
    http: AsyncClient, visitors: Visitors, place: str
) -> None:
    visitor = await visitors.come()

    answer = await http.get(
        f"{WEB_CHAT}/events", headers=visitor.headers | {"Last-Event-ID": place}
    )

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/Last-Event-ID"]


async def test_a_stream_ends_when_its_visitor_is_erased(
    url: str, visitors: Visitors, on: Platform[ChatSettings]
) -> None:
    visitor = await visitors.come()

    async with stream(url, visitor, 1) as following:
        await on.works.run(visitors.workspace_id, erase_everybody)
        on.doorbell.ring([visitor.conversation_id])
        last = await anext(following)

    assert last.name == "session.ended"


async def erase_everybody(work: Work) -> None:
    await work.rows(text("DELETE FROM subjects"))


@pytest.mark.usefixtures("announced")
async def test_a_stream_that_waits_keeps_nobody_s_key(
    on: Platform[ChatSettings], visitors: Visitors
) -> None:
    guest = await Door(on.system).guest((await visitors.come()).session["token"], at=on.clock())

    async with aclosing(Streams(on.works, on.changes, on.clock).follow(guest, 0)) as sights:
        seen = [await anext(sights) for _ in range(2)]
        gc.collect()
        kept = [one for one in gc.get_objects() if isinstance(one, Opened)]

    assert isinstance(seen[0], Said)
    assert kept == []


@pytest.mark.usefixtures("announced")
async def test_a_stream_waits_for_a_database_that_is_away(
    on: Platform[ChatSettings], visitors: Visitors
) -> None:
    visitor, works = await visitors.come(), FaultyWorks(on.works)
    works.faults = [UnavailableError()]
    guest = await Door(on.system).guest(visitor.session["token"], at=on.clock())

    async with aclosing(Streams(works, on.changes, on.clock).follow(guest, 0)) as sights:
        away = await anext(sights)
        await visitor.send("Hello")
        back = [await anext(sights) for _ in range(2)]

    assert isinstance(away, Alive)
    assert [one.message.seq for one in back if isinstance(one, Said)] == [1, 2]

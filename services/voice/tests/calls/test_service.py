"""What a live call tells, on real PostgreSQL: kept once, however often it is told."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.events.calls import EndedBy
from contactflow.persistence import Work
from contactflow.testing.waiting import until
from contactflow.voice.calls import service
from contactflow.voice.calls.contents import Asked, Said, Waits
from contactflow.voice.calls.errors import CallNotFoundError
from contactflow.voice.calls.evidence import Disclosure, Ending, Evidence
from contactflow.voice.calls.model import Call
from contactflow.voice.calls.repository import SqlCalls
from services.voice.tests.kept import answered
from services.voice.tests.switchboard import Switchboard

T = TypeVar("T")
ENDS: tuple[EndedBy, ...] = ("agent", "line")
HELLO = Said(1, "agent", "You talk to an AI.", 100, 2000)
ANSWER = Said(3, "agent", "Until five.", 9000, 9900, waits=Waits(latency_ms=430))
PROVED = Evidence(Disclosure("disclosure.en.1", "en", 100, 1900, confirmed=True))
EVENTS = text("SELECT type FROM outbox WHERE key = :call_id ORDER BY id")
WAITING = text("SELECT pid FROM pg_locks WHERE NOT granted AND CAST(:call_id AS uuid) IS NOT NULL")
FOLLOW_UPS = text("SELECT kind, callback_at, text FROM follow_ups WHERE call_id = :call_id")


class Live:
    """One call under way."""

    def __init__(self, switchboard: Switchboard, call: Call, at: datetime) -> None:
        self._switchboard, self.id, self._at = switchboard, call.id, at

    async def tell(self, use_case: Callable[..., Awaitable[None]], **what: Any) -> None:
        async def told(work: Work) -> None:
            await use_case(SqlCalls(work), call_id=self.id, at=self._at, **what)

        await self._do(told)

    async def call(self) -> Call:
        return await self._do(lambda work: SqlCalls(work).get(self.id))

    async def rows(self, statement: Any) -> list[Any]:
        async def look(work: Work) -> list[Any]:
            return list((await work.rows(statement, {"call_id": self.id})).all())

        return await self._do(look)

    async def _do(self, body: Callable[[Work], Awaitable[T]]) -> T:
        return await self._switchboard.works.run(self._switchboard.workspace_id, body)


@pytest.fixture
async def live(switchboard: Switchboard, at: datetime) -> Live:
    return Live(switchboard, await answered(switchboard), at)


async def test_a_turn_that_is_told_again_is_the_same(live: Live) -> None:
    for said in (HELLO, HELLO, ANSWER, HELLO):
        await live.tell(service.keep_turn, said=said)

    assert (await live.call()).turn_count == 2


async def test_a_call_ends_once_with_what_its_caller_waited(live: Live) -> None:
    await live.tell(service.note, evidence=PROVED)
    await live.tell(service.keep_turn, said=HELLO)
    await live.tell(service.keep_turn, said=ANSWER)

    for by in ENDS:
        await live.tell(service.end, ending=Ending(by, missing=("recording",)))

    call = await live.call()
    assert (call.ended_by, call.missing, call.is_live) == ("agent", ("recording",), False)
    assert (call.latency_turns, call.latency_p50_ms) == (1, 430)
    assert call.disclosure_wording_id == "disclosure.en.1"
    events = [one.type for one in await live.rows(EVENTS)]
    assert events == ["call.started", "call.completed"]


async def test_what_a_caller_asks_for_is_kept_sealed(live: Live, at: datetime) -> None:
    await live.tell(service.follow_up, asked=Asked("callback", "About the cake.", at))

    [kept] = await live.rows(FOLLOW_UPS)
    assert (kept.kind, kept.callback_at) == ("callback", at)
    assert b"cake" not in kept.text


async def test_what_is_asked_for_in_the_same_words_is_kept_once(live: Live) -> None:
    wanted = (Asked("message", "Order 12."), Asked("message", "Order 13."))

    for asked in (*wanted, *wanted, Asked("callback", "Order 12.")):
        await live.tell(service.follow_up, asked=asked)

    kinds = [one.kind for one in await live.rows(FOLLOW_UPS)]
    assert sorted(kinds) == ["callback", "message", "message"]


async def test_who_asks_again_waits_for_the_first_attempt(
    live: Live, switchboard: Switchboard, at: datetime
) -> None:
    """A tool that timed out may still be under way while the model tries it again."""
    asked = Asked("message", "Order 12.")

    async def waits() -> bool:
        return bool(await live.rows(WAITING))

    async with asyncio.TaskGroup() as tasks:

        async def first(work: Work) -> None:
            await service.follow_up(SqlCalls(work), call_id=live.id, asked=asked, at=at)
            await work.session.flush()
            tasks.create_task(live.tell(service.follow_up, asked=asked))
            await until(waits)

        await switchboard.works.run(switchboard.workspace_id, first)

    assert len(await live.rows(FOLLOW_UPS)) == 1


async def test_a_callback_that_is_told_again_has_the_time_that_was_said_last(
    live: Live, at: datetime
) -> None:
    for said in (None, at, None):
        await live.tell(service.follow_up, asked=Asked("callback", "About the cake.", said))

    [kept] = await live.rows(FOLLOW_UPS)
    assert kept.callback_at == at


async def test_the_same_words_in_another_call_are_kept_too(
    live: Live, switchboard: Switchboard, at: datetime
) -> None:
    other = Live(switchboard, await answered(switchboard), at)

    for one in (live, other):
        await one.tell(service.follow_up, asked=Asked("message", "Order 12."))

    assert [len(await one.rows(FOLLOW_UPS)) for one in (live, other)] == [1, 1]


async def test_a_right_is_told_to_others(live: Live) -> None:
    await live.tell(service.request_privacy, right="erasure")

    assert "call.privacy_requested" in [one.type for one in await live.rows(EVENTS)]


async def test_nothing_is_kept_of_who_was_erased(
    live: Live, switchboard: Switchboard, workspace_id: UUID
) -> None:
    async def erase(work: Work) -> None:
        calls = SqlCalls(work)
        await calls.people.remove((await calls.get(live.id)).person)

    await switchboard.works.run(workspace_id, erase)

    for telling in (
        partial(live.tell, service.keep_turn, said=HELLO),
        partial(live.tell, service.end, ending=Ending("caller")),
    ):
        with pytest.raises(CallNotFoundError):
            await telling()

"""A live call whose media process dies: it ends once, by the worker, on real PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from obstore.store import LocalStore, ObjectStore
from sqlalchemy import text

from contactflow.kernel import PLATFORM_WORKSPACE_ID, decode, new_id
from contactflow.messaging import Jobs, chore
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.voice.calls import handlers, service
from contactflow.voice.calls.contents import A_SECOND, Turn
from contactflow.voice.calls.evidence import Ending
from contactflow.voice.calls.model import Call, Line
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.calls.service import PATIENCE
from contactflow.voice.places.model import BEAT, LOOKS, SILENT, Tokens
from contactflow.voice.places.repository import House, SqlPlaces
from contactflow.voice.recordings.sink import Recordings, StoredRecording
from contactflow.voice.session.ports import CallerGoneError
from contactflow.voice.settings import VoiceSettings
from services.voice.tests.kept import CALLER
from services.voice.tests.switchboard import NUMBER, Switchboard

T = TypeVar("T")
TOKENS = Tokens(bytes(32))
COMPLETED = text("SELECT count(*) FROM outbox WHERE type = 'call.completed' AND key = :call_id")
STORED = text("SELECT body FROM outbox WHERE type = 'recording.stored' AND key = :call_id")
RECORDED = text("""
    SELECT body->>'recorded' = 'true' AS recorded FROM outbox
    WHERE type = 'call.completed' AND key = :call_id
""")
RECORDINGS = text("SELECT state, bytes FROM recordings WHERE call_id = :call_id")
WAITING = text("SELECT count(*) FROM jobs WHERE name = 'voice.call.close'")
GIVEN_UP = text("SELECT count(*) FROM jobs WHERE given_up_at IS NOT NULL OR code IS NOT NULL")


class Theatre:
    """One live call in a media process, and a worker that looks at both now and then."""

    def __init__(
        self, on: Platform[VoiceSettings], clock: FakeClock, switchboard: Switchboard
    ) -> None:
        self._on, self._clock, self._switchboard = on, clock, switchboard
        self._house = House(new_id(), "wss://media.example", 1)
        self.call_id = UUID(int=0)
        losing = partial(handlers.close_lost, clock=clock)
        known = [
            *handlers.closing(clock),
            chore("voice.calls.close_lost", every=BEAT, apply=losing),
        ]
        self._jobs = Jobs(on.works, on.system, known, clock=clock, changes=on.changes)

    async def begin(self) -> None:
        """A caller is through to the agent."""
        await self.beat()
        self.call_id = (await self.ours(self._answer)).id
        admitted = await self.ours(
            lambda work: SqlPlaces(work, TOKENS).admit(self.call_id, at=self._clock())
        )
        assert admitted
        claimed = await self.system(
            lambda work: self._house.claim(work, admitted.token, at=self._clock())
        )
        assert claimed

    async def beat(self) -> None:
        await self.system(lambda work: self._house.beat(work, at=self._clock()))

    async def work(self) -> None:
        """The worker does what is due until nothing is."""
        while await self._jobs.once():
            pass

    async def fall_silent(self) -> None:
        """Nothing is heard of the media process until the worker takes it for dead."""
        for _ in range(LOOKS):
            self._clock.advance(BEAT)
            await self.work()

    async def call(self) -> Call:
        return await self.ours(lambda work: SqlCalls(work).get(self.call_id))

    async def count(self, statement: Any) -> int:
        async def look(work: Work) -> int:
            found = await work.rows(statement, {"call_id": self.call_id})
            return int(found.scalar_one())

        return await self.ours(look)

    async def rows(self, statement: Any) -> list[Any]:
        async def look(work: Work) -> list[Any]:
            return list((await work.rows(statement, {"call_id": self.call_id})).all())

        return await self.ours(look)

    def sink(self, store: ObjectStore) -> StoredRecording:
        """Where the media process records the call."""
        recordings = Recordings(self._on.works, store, self._clock)
        return recordings.sink(self._switchboard.workspace_id, self.call_id)

    async def change(self, body: Callable[[SqlCalls, Call], Awaitable[None]]) -> None:
        async def changed(work: Work) -> None:
            calls = SqlCalls(work)
            await body(calls, await calls.get(self.call_id))

        await self.ours(changed)

    async def ours(self, body: Callable[[Work], Awaitable[T]]) -> T:
        return await self._on.works.run(self._switchboard.workspace_id, body)

    async def system(self, body: Callable[[Work], Awaitable[T]]) -> T:
        return await self._on.system.run(PLATFORM_WORKSPACE_ID, body)

    async def _answer(self, work: Work) -> Call:
        board = self._switchboard
        carrier, number = decode("car", board.carrier["id"]), decode("num", board.number["id"])
        agent = decode("agt", board.agent)
        line = Line(carrier, new_id().hex, CALLER, number, NUMBER, agent, "consent")
        calls = SqlCalls(work)
        call = await service.ring(calls, line, at=self._clock())
        call.answer(1, at=self._clock())
        await work.session.flush()
        for seq in (1, 2):
            calls.put(_turn(call, seq))
        return call


def _turn(call: Call, seq: int) -> Turn:
    turn = Turn(call_id=call.id, seq=seq, speaker="agent", started_ms=0, ended_ms=9)
    turn.about(call.person, new_id())
    turn.text, turn.interrupted = "Hello.", False
    return turn


@pytest.fixture
async def theatre(
    on: Platform[VoiceSettings], clock: FakeClock, switchboard: Switchboard
) -> AsyncIterator[Theatre]:
    async def empty(work: Work) -> None:
        for table in ("places", "jobs"):
            await work.rows(text(f"DELETE FROM {table}"))

    theatre = Theatre(on, clock, switchboard)
    await theatre.system(empty)
    await theatre.begin()
    yield theatre
    await theatre.system(empty)


async def test_a_call_ends_once_when_its_media_process_is_silent_and_says_what_is_missing(
    theatre: Theatre, clock: FakeClock
) -> None:
    for _ in range(3):
        await theatre.fall_silent()

    call = await theatre.call()
    assert (call.status, call.ended_by, call.is_live) == ("completed", "line", False)
    assert (call.missing, call.turn_count) == (("transcript", "recording"), 2)
    assert await theatre.count(COMPLETED) == 1


@pytest.mark.parametrize(
    ("seconds", "late"), [(12, pytest.raises(CallerGoneError)), (10, nullcontext())]
)
async def test_what_was_recorded_until_then_is_kept_as_it_is_and_told_once(
    theatre: Theatre, clock: FakeClock, tmp_path: Path, seconds: int, late: Any
) -> None:
    sink = theatre.sink(LocalStore(tmp_path))
    for _ in range(seconds):
        await sink.write(bytes(A_SECOND))
    await theatre.fall_silent()

    with late:  # it was only slow
        await sink.aclose()

    stored = {"seconds": 10, "bytes": 10 * A_SECOND}
    [told] = await theatre.rows(STORED)
    assert stored.items() <= told.body.items()
    [completed] = await theatre.rows(RECORDED)
    assert completed.recorded
    [kept] = await theatre.rows(RECORDINGS)
    assert (kept.state, kept.bytes) == ("stored", 10 * A_SECOND)


async def test_a_call_goes_on_while_its_media_process_is_heard_of(
    theatre: Theatre, clock: FakeClock
) -> None:
    for _ in range(5):
        clock.advance(SILENT - BEAT)
        await theatre.beat()
        await theatre.work()

    assert (await theatre.call()).is_live
    assert await theatre.count(COMPLETED) == 0


async def test_who_comes_back_too_late_finds_the_call_ended(
    theatre: Theatre, clock: FakeClock
) -> None:
    await theatre.fall_silent()

    async def end(_: SqlCalls, call: Call) -> None:
        assert not call.end(Ending("agent"), at=clock())

    await theatre.change(end)

    assert (await theatre.call()).ended_by == "line"
    assert await theatre.count(COMPLETED) == 1


async def test_who_carries_a_call_has_a_minute_after_the_carrier_says_that_it_is_over(
    theatre: Theatre, clock: FakeClock
) -> None:
    async def hang_up(calls: SqlCalls, call: Call) -> None:
        await service.learn(calls, call, "completed", sequence=9, at=clock())

    await theatre.change(hang_up)
    lives = []
    for _ in range(2):
        await theatre.work()
        lives.append((await theatre.call()).is_live)
        clock.advance(PATIENCE / 2)
        await theatre.beat()
    await theatre.work()

    assert lives == [True, True]
    assert (await theatre.call()).ended_by == "line"
    assert await theatre.count(COMPLETED) == 1


async def test_a_call_that_was_ended_in_time_stays_as_it_ended(
    theatre: Theatre, clock: FakeClock
) -> None:
    async def end(calls: SqlCalls, call: Call) -> None:
        await service.learn(calls, call, "completed", sequence=9, at=clock())
        call.end(Ending("caller"), at=clock())

    await theatre.change(end)
    clock.advance(PATIENCE)
    await theatre.work()

    call = await theatre.call()
    assert (call.ended_by, call.missing) == ("caller", ())
    assert await theatre.count(COMPLETED) == 1
    assert await theatre.count(WAITING) == 0


async def test_a_call_that_went_with_its_caller_is_closed_by_nobody(
    theatre: Theatre, clock: FakeClock
) -> None:
    async def erase(calls: SqlCalls, call: Call) -> None:
        await calls.people.remove(call.person)

    await theatre.change(erase)
    await theatre.fall_silent()

    assert await theatre.count(WAITING) == await theatre.count(GIVEN_UP) == 0
    assert await theatre.count(COMPLETED) == 0

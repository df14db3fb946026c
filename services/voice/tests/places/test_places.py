"""Places on real PostgreSQL: never one too many, each token once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.kernel import PLATFORM_WORKSPACE_ID, UnavailableError, new_id
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.voice.places.model import BEAT, LOOKS, SILENT, UNCLAIMED, Admission, Tokens
from contactflow.voice.places.repository import Claim, House, Lost, SqlPlaces, bury
from contactflow.voice.settings import VoiceSettings

T = TypeVar("T")
URL = "wss://media.example"
TOKENS = Tokens(bytes(32))
SLOTS = 20
FREE = text("SELECT id FROM places WHERE call_id IS NULL")


class Desk:
    """Admits and claims, each in a transaction of its own."""

    def __init__(
        self, on: Platform[VoiceSettings], clock: FakeClock, workspace_id: UUID, slots: int
    ) -> None:
        self._on, self._clock, self.workspace_id = on, clock, workspace_id
        self.house = House(new_id(), URL, slots)

    async def admit(self, call_id: UUID | None = None) -> Admission | None:
        one = call_id or new_id()
        return await self._on.works.run(
            self.workspace_id, lambda work: SqlPlaces(work, TOKENS).admit(one, at=self._clock())
        )

    async def beat(self, *taken: UUID) -> None:
        await self._system(lambda work: self.house.beat(work, taken=taken, at=self._clock()))

    async def claim(self, token: str) -> Claim | None:
        return await self._system(lambda work: self.house.claim(work, token, at=self._clock()))

    async def give_back(self, claim: Claim) -> None:
        await self._system(lambda work: self.house.give_back(work, claim))

    async def free(self) -> list[UUID]:
        found = await self._system(lambda work: work.rows(FREE))
        return [*found.scalars()]

    async def close(self) -> None:
        await self._system(lambda work: self.house.close(work, at=self._clock()))

    async def bury(self, looks: int = 1) -> list[Lost]:
        """What comes of so many looks, the last after `SILENT`."""
        for _ in range(looks - 1):
            await self._system(lambda work: bury(work, at=self._clock() - BEAT))
        return await self._system(lambda work: bury(work, at=self._clock()))

    async def _system(self, body: Callable[[Work], Awaitable[T]]) -> T:
        return await self._on.system.run(PLATFORM_WORKSPACE_ID, body)


@pytest.fixture
async def desk(
    on: Platform[VoiceSettings], clock: FakeClock, workspace_id: UUID
) -> AsyncIterator[Desk]:
    async def empty(work: Work) -> None:
        await work.rows(text("DELETE FROM places"))

    await on.system.run(PLATFORM_WORKSPACE_ID, empty)
    desk = Desk(on, clock, workspace_id, SLOTS)
    await desk.beat()
    yield desk
    await on.system.run(PLATFORM_WORKSPACE_ID, empty)


async def test_a_thousand_racing_admissions_never_exceed_the_cap(desk: Desk) -> None:
    turns = asyncio.Semaphore(40)

    async def race() -> Admission | None:
        async with turns:
            for _ in range(20):
                try:
                    return await desk.admit()
                except UnavailableError:
                    await asyncio.sleep(0.05)
        raise AssertionError

    admitted = [one for one in await asyncio.gather(*(race() for _ in range(1000))) if one]

    assert len(admitted) == SLOTS
    assert len({one.token for one in admitted}) == SLOTS


async def test_a_call_that_asks_again_is_told_the_same_until_it_comes(desk: Desk) -> None:
    call_id = new_id()
    first = await desk.admit(call_id)
    again = await desk.admit(call_id)
    assert first
    claimed = await desk.claim(first.token)

    assert again == first
    assert claimed
    assert (claimed.workspace_id, claimed.call_id) == (desk.workspace_id, call_id)


async def test_a_token_is_good_once(desk: Desk) -> None:
    admitted = await desk.admit()
    assert admitted

    claims = await asyncio.gather(*(desk.claim(admitted.token) for _ in range(8)))

    assert len([one for one in claims if one]) == 1
    assert await desk.claim("x" * 43) is None


async def test_who_does_not_come_within_ten_seconds_has_no_place(
    desk: Desk, clock: FakeClock
) -> None:
    taken = [await desk.admit() for _ in range(SLOTS)]
    assert all(taken)
    assert await desk.admit() is None

    clock.advance(UNCLAIMED)

    assert taken[0]
    assert await desk.claim(taken[0].token) is None
    assert await desk.admit()


async def test_a_place_that_is_given_back_is_lent_again(desk: Desk) -> None:
    taken = [await desk.admit() for _ in range(SLOTS)]
    assert taken[0]
    claim = await desk.claim(taken[0].token)
    assert claim

    for _ in range(2):
        await desk.give_back(claim)

    assert await desk.admit()
    assert await desk.admit() is None


async def test_a_place_that_its_process_knows_nothing_of_is_lent_again_after_a_while(
    desk: Desk, clock: FakeClock
) -> None:
    taken = [await desk.admit() for _ in range(SLOTS)]
    known, lost = [await desk.claim(one.token) for one in taken[:2] if one]
    assert known
    assert lost
    clock.advance(SILENT - timedelta(seconds=1))

    await desk.beat(known.place_id)
    early = await desk.free()
    clock.advance(timedelta(seconds=1))
    await desk.beat(known.place_id)

    assert lost.place_id not in early
    assert lost.place_id in await desk.free()
    assert known.place_id not in await desk.free()


async def test_the_places_of_a_dead_process_go_and_its_calls_are_named(
    desk: Desk, clock: FakeClock
) -> None:
    call_id = new_id()
    admitted = await desk.admit(call_id)
    assert admitted
    await desk.claim(admitted.token)
    clock.advance(SILENT)
    early = await desk.bury(LOOKS - 1)

    assert await desk.admit() is None
    assert early == []
    assert await desk.bury() == [Lost(desk.workspace_id, call_id)]


async def test_who_could_not_beat_while_the_database_was_away_is_not_dead(
    desk: Desk, clock: FakeClock
) -> None:
    admitted = await desk.admit()
    assert admitted
    await desk.claim(admitted.token)

    for _ in range(2 * LOOKS):
        clock.advance(2 * SILENT)
        assert await desk.bury() == []
        await desk.beat()


async def test_who_beats_lives_and_who_closes_takes_no_new_calls(
    desk: Desk, clock: FakeClock
) -> None:
    clock.advance(SILENT - timedelta(seconds=1))
    await desk.beat()
    clock.advance(SILENT - timedelta(seconds=1))
    assert await desk.admit()

    await desk.close()

    assert await desk.admit() is None


async def test_who_closes_keeps_the_calls_that_go_on(desk: Desk, clock: FakeClock) -> None:
    admitted = await desk.admit()
    assert admitted
    claim = await desk.claim(admitted.token)
    assert claim
    clock.advance(SILENT - timedelta(seconds=1))

    await desk.close()
    clock.advance(SILENT - timedelta(seconds=1))

    assert await desk.bury(LOOKS) == []
    assert await desk.admit() is None

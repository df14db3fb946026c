"""Recordings on real PostgreSQL and in a real folder: kept, heard in parts, erased whole."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import obstore
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from obstore.store import LocalStore, MemoryStore
from sqlalchemy import text

from contactflow.erasure.belongings import Belongings
from contactflow.erasure.wire import Order
from contactflow.events import Fact
from contactflow.events.erasures import ErasureRequested
from contactflow.kernel import (
    PLATFORM_WORKSPACE_ID,
    UnavailableError,
    decode,
    encode,
    new_id,
    system_clock,
)
from contactflow.messaging import react
from contactflow.persistence import Work, Works
from contactflow.runtime import Platform
from contactflow.testing.clock import NOON, FakeClock
from contactflow.testing.rounds import named
from contactflow.testing.tokens import Callers
from contactflow.vault import Phone, Subjects
from contactflow.voice.calls import service
from contactflow.voice.calls.model import Line
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.participant import PARTICIPANT
from contactflow.voice.recordings.segments import FOLDER, SIZE
from contactflow.voice.recordings.sink import Recordings, StoredRecording
from contactflow.voice.recordings.sweeping import SLICE, YOUNG, Sweeping
from contactflow.voice.recordings.wav import HEADER, header
from contactflow.voice.session.ports import CallerGoneError
from contactflow.voice.settings import VoiceSettings
from services.voice.tests.switchboard import Switchboard

CALLER = "+33612345678"
A_SECOND = 16_000
ACCESSES = text("SELECT principal FROM recording_accesses")
STARTED = text("SELECT started_ms FROM recordings WHERE call_id = :call_id")
EVENTS = text("SELECT type FROM outbox WHERE key = :key ORDER BY position")


@dataclass(frozen=True)
class Studio:
    """A call, where it is recorded, and somebody who may listen."""

    http: AsyncClient
    works: Works
    store: LocalStore
    clock: FakeClock
    workspace_id: UUID
    call_id: UUID
    listener: dict[str, str]

    def sink(self) -> StoredRecording:
        return Recordings(self.works, self.store, self.clock).sink(self.workspace_id, self.call_id)

    async def record(self, seconds: int) -> bytes:
        """So many seconds, each of its own sound."""
        sink = self.sink()
        for number in range(seconds):
            await sink.write(second(number))
        await sink.aclose()
        return b"".join(map(second, range(seconds)))

    async def hear(self, asked: str | None = None) -> Response:
        headers = self.listener | ({"Range": asked} if asked else {})
        url = f"/v1/calls/{encode('call', self.call_id)}/recording"
        return await self.http.get(url, headers=headers)

    def objects(self) -> list[str]:
        return sorted(one["path"] for page in obstore.list(self.store, FOLDER) for one in page)


def second(number: int) -> bytes:
    return bytes([number]) * A_SECOND


async def rung(switchboard: Switchboard, caller: str, *, at: datetime) -> UUID:
    number = switchboard.number

    async def ring(work: Work) -> UUID:
        line = Line(
            decode("car", number["carrier_id"]),
            f"CA{new_id().hex}",
            caller,
            decode("num", number["id"]),
            number["e164"],
            decode("agt", switchboard.agent),
            "on",
        )
        return (await service.ring(SqlCalls(work), line, at=at)).id

    return await switchboard.works.run(switchboard.workspace_id, ring)


@pytest.fixture
async def call_id(switchboard: Switchboard, clock: FakeClock) -> UUID:
    return await rung(switchboard, CALLER, at=clock())


@pytest.fixture
async def studio(
    app: FastAPI,
    on: Platform[VoiceSettings],
    callers: Callers,
    switchboard: Switchboard,
    call_id: UUID,
    tmp_path: Path,
) -> AsyncIterator[Studio]:
    app.state.objects = store = LocalStore(tmp_path / "objects", mkdir=True)
    workspace_id = switchboard.workspace_id
    listener = callers.user(workspace_id, "recordings:read")
    transport = ASGITransport(app, raise_app_exceptions=False)
    clock = cast(FakeClock, on.clock)
    async with AsyncClient(transport=transport, base_url="http://voice") as http:
        yield Studio(http, on.works, store, clock, workspace_id, call_id, listener)


async def test_a_recording_is_heard_as_it_was_written(studio: Studio) -> None:
    audio = await studio.record(25)

    heard = await studio.hear()

    assert heard.status_code == 200
    assert heard.headers["content-type"] == "audio/wav"
    assert heard.content == header(len(audio)) + audio


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (0, 99),
        (10, 57),
        (HEADER, HEADER + 9),
        (HEADER + SIZE - 5, HEADER + SIZE + 5),
        (40, 300_000),
    ],
)
async def test_a_part_of_it_is_heard(studio: Studio, first: int, last: int) -> None:
    audio = await studio.record(21)
    whole = header(len(audio)) + audio

    heard = await studio.hear(f"bytes={first}-{last}")

    assert heard.status_code == 206
    assert heard.headers["content-range"] == f"bytes {first}-{last}/{len(whole)}"
    assert heard.content == whole[first : last + 1]


async def test_a_part_that_is_not_there_is_a_clear_refusal(studio: Studio) -> None:
    await studio.record(1)

    heard = await studio.hear("bytes=99999-")

    assert (heard.status_code, heard.json()["code"]) == (416, "range_not_satisfiable")
    assert heard.headers["content-range"] == f"bytes */{HEADER + A_SECOND}"


async def test_nothing_is_stored_in_plain(studio: Studio) -> None:
    await studio.record(11)

    kept = [bytes(obstore.get(studio.store, path).bytes()) for path in studio.objects()]
    assert len(kept) == 2
    assert not any(second(number)[:64] in one for one in kept for number in range(11))


async def test_every_access_is_on_the_record(studio: Studio) -> None:
    await studio.record(1)
    for asked in (None, "bytes=0-9"):
        await studio.hear(asked)

    async def look(work: Work) -> list[str]:
        return list((await work.rows(ACCESSES)).scalars())

    principals = await studio.works.run(studio.workspace_id, look)
    assert [one.partition(":")[0] for one in principals] == ["user", "user"]


async def test_it_is_told_once_when_it_is_whole(studio: Studio) -> None:
    await studio.record(3)

    async def told(work: Work) -> list[str]:
        return list((await work.rows(EVENTS, {"key": studio.call_id})).scalars())

    events = await studio.works.run(studio.workspace_id, told)
    assert events == ["call.started", "recording.stored"]


async def test_it_tells_when_in_the_call_it_began(studio: Studio) -> None:
    async def answer(work: Work) -> None:
        assert (await SqlCalls(work).get(studio.call_id)).answer(1, at=studio.clock())

    await studio.works.run(studio.workspace_id, answer)
    sink = studio.sink()
    studio.clock.advance(timedelta(seconds=4))
    for number in range(11):
        studio.clock.advance(timedelta(seconds=1))
        await sink.write(second(number))
    await sink.aclose()

    async def look(work: Work) -> int:
        return int((await work.rows(STARTED, {"call_id": studio.call_id})).scalar_one())

    assert await studio.works.run(studio.workspace_id, look) == 4000


async def test_a_call_without_a_recording_has_none(studio: Studio) -> None:
    await studio.sink().aclose()

    assert (await studio.hear()).status_code == 404


async def test_a_write_that_fails_is_said_again_and_done_once(
    studio: Studio, tmp_path: Path
) -> None:
    folder, away, sink = tmp_path / "objects", tmp_path / "away", studio.sink()
    for number in range(9):
        await sink.write(second(number))
    folder.rename(away)
    folder.write_bytes(b"in the way")

    with pytest.raises(UnavailableError):
        await sink.write(second(9))
    folder.unlink()
    away.rename(folder)
    await sink.write(second(9))
    await sink.aclose()

    assert (await studio.hear()).content[HEADER:] == b"".join(map(second, range(10)))


async def test_a_segment_that_was_never_stored_is_silence(studio: Studio) -> None:
    audio = await studio.record(21)
    obstore.delete(studio.store, studio.objects()[1])

    silent = audio[:SIZE] + b"\xff" * SIZE + audio[2 * SIZE :]
    assert (await studio.hear()).content[HEADER:] == silent


async def test_who_is_erased_meanwhile_leaves_no_more(studio: Studio) -> None:
    sink = studio.sink()
    for number in range(10):
        await sink.write(second(number))
    before = studio.objects()

    async def forget(work: Work) -> None:
        people = Subjects(work)
        person = await people.find([Phone(CALLER)])
        assert person
        await people.remove(person)

    await studio.works.run(studio.workspace_id, forget)
    for number in range(9):
        await sink.write(second(number))
    for refused in (sink.write(second(9)), sink.aclose()):
        with pytest.raises(CallerGoneError):
            await refused

    assert studio.objects() == before


async def test_belongings_are_counted_and_deleted_by_person(studio: Studio) -> None:
    await studio.record(25)

    async def whose(work: Work) -> UUID:
        return (await SqlCalls(work).get(studio.call_id)).subject_id

    workspace_id = studio.workspace_id
    person = await studio.works.run(workspace_id, whose)
    belongings = Belongings(studio.store, FOLDER)

    assert await belongings.count(workspace_id, [person]) == 3
    assert await belongings.count(workspace_id, [new_id()]) == 0
    assert await belongings.delete(workspace_id, [new_id(), person]) == 3
    assert studio.objects() == []


class Approved:
    """Privacy, with one order."""

    def __init__(self, order: Order) -> None:
        self._order = order

    async def order(self, _: UUID, __: UUID) -> Order:
        return self._order


async def order(work: Work) -> Order:
    """To erase the caller."""
    return Order(
        request_id=new_id(),
        round=1,
        position=1,
        fenced_at=NOON,
        restricted=False,
        indexes=named(work, Phone(CALLER)).indexes,
        subjects=(),
    )


async def test_after_an_erasure_no_object_of_that_person_is_there(
    studio: Studio, switchboard: Switchboard
) -> None:
    await studio.record(11)
    mine = studio.objects()
    other = await rung(switchboard, "+33611111111", at=NOON)
    await replace(studio, call_id=other).record(11)
    orders = Approved(await studio.works.run(studio.workspace_id, order))
    erasing, _ = PARTICIPANT.reactions(orders, studio.clock, studio.store)
    wanted = ErasureRequested(request_id=new_id(), round=1)

    await react(
        studio.works, erasing, Fact(new_id(), studio.workspace_id, new_id(), 1, NOON, wanted)
    )

    assert len(mine) == len(studio.objects()) == 2
    assert not {*mine} & {*studio.objects()}
    assert (await studio.hear()).status_code == 404


async def swept(system: Works, sweeping: Sweeping) -> int:
    """How many runs of it there were, until it says that there is no more."""
    job, runs, goes_on = sweeping.job, 0, True
    while goes_on:
        apply = await job.prepare(job.arguments())
        async with system.begin(PLATFORM_WORKSPACE_ID) as work:
            goes_on = await apply(work, job.arguments())
        runs += 1
    return runs


async def test_the_sweeper_deletes_what_no_row_tells_of_and_nothing_else(
    studio: Studio, on: Platform[VoiceSettings]
) -> None:
    await studio.record(11)
    foreign = f"{FOLDER}/{studio.workspace_id}/{new_id()}/notes/000000"
    obstore.put(studio.store, foreign, b"somebody else's")
    mine = studio.objects()
    orphan = f"{FOLDER}/{studio.workspace_id}/{new_id()}/{new_id()}/000000"
    obstore.put(studio.store, orphan, b"sealed")
    put_at = obstore.head(studio.store, orphan)["last_modified"]

    async def sweep(age: timedelta) -> list[str]:
        await swept(on.system, Sweeping(on.system, studio.store, lambda: put_at + age))
        return studio.objects()

    assert orphan in await sweep(YOUNG - timedelta(minutes=1))
    assert await sweep(YOUNG + timedelta(minutes=1)) == mine


def in_two_hours() -> datetime:
    return system_clock() + 2 * YOUNG


async def test_the_sweeper_looks_at_one_slice_in_a_run(
    on: Platform[VoiceSettings], tmp_path: Path
) -> None:
    store = LocalStore(tmp_path)
    for number in range(2 * SLICE + 1):
        obstore.put(store, f"{FOLDER}/{new_id()}/{new_id()}/{new_id()}/{number:06}", b"sealed")
    job = Sweeping(on.system, store, in_two_hours).job

    left = []
    for _ in range(3):
        await job.prepare(job.arguments())
        left.append(sum(len(page) for page in obstore.list(store, FOLDER)))

    assert left == [SLICE + 1, 1, 0]


class AwayOnce:
    """A database that is away the second time that it is asked."""

    def __init__(self, works: Works) -> None:
        self._works, self._asked = works, 0

    async def run(self, workspace_id: UUID, body: Any) -> Any:
        self._asked += 1
        if self._asked == 2:
            raise UnavailableError
        return await self._works.run(workspace_id, body)


async def test_the_sweeper_goes_on_where_it_was_after_an_error_and_at_the_end_begins_anew(
    studio: Studio, on: Platform[VoiceSettings]
) -> None:
    await studio.record(1)
    mine, store = studio.objects()[0].rpartition("/")[0], MemoryStore()
    for number in range(3 * SLICE):
        obstore.put(store, f"{mine}/{number:06}", b"sealed")
    away: Any = AwayOnce(on.system)
    sweeping = Sweeping(away, store, in_two_hours)

    with pytest.raises(UnavailableError):
        await swept(on.system, sweeping)
    rest = await swept(on.system, sweeping)
    whole = await swept(on.system, sweeping)

    assert (rest, whole) == (2 + 1, 3 + 1)
    assert sum(len(page) for page in obstore.list(store, FOLDER)) == 3 * SLICE

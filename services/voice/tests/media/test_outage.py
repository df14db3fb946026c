"""The database goes during a call: the caller is served, and the record says what it lacks."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy import text

from contactflow.kernel import PLATFORM_WORKSPACE_ID, UnavailableError, system_clock
from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres
from contactflow.testing.waiting import until
from contactflow.voice.calls import handlers
from contactflow.voice.places.model import SILENT
from services.voice.tests.media.outage import Outage
from services.voice.tests.media.studio import COMPLETED, RECORDINGS, STORED, Studio
from services.voice.tests.players import Twilio

CLOSING = text("SELECT id FROM jobs WHERE name = 'voice.call.close'")


@pytest.fixture(scope="module")
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    """One that may be cut off without harm to other tests."""
    async with fresh_database(postgres, "voice", "migrations") as engines:
        yield engines


@pytest.fixture
async def outage(postgres: Postgres, engines: Engines) -> AsyncIterator[Outage]:
    outage = Outage(postgres, engines)
    yield outage
    await outage.end()


@pytest.mark.parametrize(("longer_s", "missing"), [(1, ()), (12, ("transcript",))])
async def test_a_call_without_a_database_is_served_and_its_record_follows(
    studio: Studio,
    twilio: Twilio,
    outage: Outage,
    ai: ScriptedAI,
    longer_s: float,
    missing: tuple[str, ...],
) -> None:
    ai.speech.hears("When do you open?")
    ai.plan(says("At half past seven."))

    async with studio.call(twilio) as caller:
        await caller.answered()
        await outage.begin()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    await asyncio.sleep(longer_s)
    away = await studio.kept(twilio)
    answered = "At half past seven." in ai.speech.spoken
    await outage.end()
    call = await studio.over(twilio)
    await until(studio.is_free)

    assert answered
    assert away is None
    assert (call.ended_by, call.missing) == ("caller", [*missing])
    assert call.disclosure_confirmed
    assert len(await studio.rows(COMPLETED)) == 1


async def looked(studio: Studio) -> bool:
    """A worker has, long after the last beat, and before there is another."""
    late = partial(handlers.close_lost, clock=lambda: system_clock() + 2 * SILENT)
    try:
        await studio.on.system.run(PLATFORM_WORKSPACE_ID, late)
    except UnavailableError:
        return False
    return True


async def test_an_outage_in_which_nobody_could_beat_ends_no_call(
    studio: Studio, twilio: Twilio, outage: Outage
) -> None:
    async with studio.call(twilio) as caller:
        await caller.answered()
        await outage.begin()
        await asyncio.sleep(1)
        await outage.end()
        await until(partial(looked, studio))
        lost = await studio.rows(CLOSING)
        free = await studio.is_free()
        await caller.hang_up()
    call = await studio.over(twilio)

    assert (lost, free) == ([], False)
    assert (call.ended_by, call.missing) == ("caller", [])


@pytest.mark.parametrize(("longer_s", "missing"), [(2, []), (13, ["recording"])])
async def test_a_recording_ends_although_the_database_is_away_at_its_end(
    recording: Studio, twilio: Twilio, outage: Outage, longer_s: float, missing: list[str]
) -> None:
    async with recording.call(twilio) as caller:
        await caller.answered()
        await caller.press("1")
        await until(partial(recording.rows, RECORDINGS), longest=20)
        await outage.begin()
        await caller.hang_up()
    await asyncio.sleep(longer_s)
    await outage.end()
    call = await recording.over(twilio, longest=30)

    [kept] = await until(partial(recording.rows, RECORDINGS))
    [stored] = await recording.rows(STORED)
    [completed] = await recording.rows(COMPLETED)
    assert kept.state == "stored"
    assert stored.body["bytes"] == kept.bytes > 0
    assert completed.body["recorded"]
    assert [part for part in call.missing if part == "recording"] == missing

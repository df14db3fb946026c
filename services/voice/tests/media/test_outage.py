"""The database goes during a call: the caller is served, and the record says what it lacks."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres
from contactflow.testing.waiting import until
from services.voice.tests.media.outage import Outage
from services.voice.tests.media.studio import COMPLETED, Studio
from services.voice.tests.players import Twilio


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
        waited = await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    await asyncio.sleep(longer_s)
    away = await studio.kept(twilio)
    await outage.end()
    call = await studio.over(twilio)
    await until(studio.is_free)

    assert waited < 3
    assert away is None
    assert (call.ended_by, call.missing) == ("caller", [*missing])
    assert call.disclosure_confirmed
    assert len(await studio.rows(COMPLETED)) == 1

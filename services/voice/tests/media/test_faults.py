"""What may happen to a call that is kept in the database."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from contactflow.kernel import UnavailableError
from contactflow.persistence import Work
from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.metrics import Measured
from contactflow.testing.waiting import until
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.media.answering import Answering
from contactflow.voice.places.repository import Claim
from services.voice.tests.media.studio import COMPLETED, TURNS, OwnStudio
from services.voice.tests.players import Twilio
from services.voice.tests.webhooks.test_webhooks import RESTRICT


async def test_who_is_erased_during_the_call_is_served_and_leaves_nothing(
    studio: OwnStudio, twilio: Twilio, ai: ScriptedAI
) -> None:
    ai.speech.hears("When do you open?")
    ai.plan(says("At half past seven."))

    async with studio.call(twilio) as caller:
        await caller.answered()
        call = await studio.kept(twilio)

        async def erase(work: Work) -> None:
            calls = SqlCalls(work)
            await calls.people.remove((await calls.get(call.id)).person)

        await studio.on.works.run(studio.workspace_id, erase)
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    await until(studio.is_free)

    assert len(ai.requests) == 1
    assert await studio.kept(twilio) is None
    assert await studio.rows(TURNS) == []
    assert await studio.rows(COMPLETED) == []


async def test_a_process_that_leaves_takes_no_new_calls_and_parts_with_the_others(
    studio: OwnStudio, twilio: Twilio
) -> None:
    waiting = studio.socket((await Twilio(twilio.http, twilio.carrier_id).voice()).text)

    async with studio.call(twilio) as caller, asyncio.TaskGroup() as tasks:
        await caller.answered()
        tasks.create_task(studio.leave())
        late = await until(partial(studio.is_closed, twilio))
        call = await studio.over(twilio)

    assert "All our lines are busy" in late
    assert call.ended_by == "drain"
    assert studio.api.told == [(twilio.sid, {"Status": "completed"})]
    assert await studio.refuses(waiting)


async def test_a_call_whose_answer_got_lost_on_the_way_from_the_database_is_over(
    studio: OwnStudio, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering = Answering.answer

    async def answer(self: Answering, claim: Claim) -> None:
        await answering(self, claim)
        raise UnavailableError

    monkeypatch.setattr(Answering, "answer", answer)
    refused = await studio.refuses(studio.socket((await twilio.voice()).text))
    call = await studio.over(twilio)
    await until(studio.is_free)

    assert refused
    assert (call.ended_by, call.is_live) == ("fault", False)
    assert len(await studio.rows(COMPLETED)) == 1


async def test_whom_a_restriction_reaches_on_the_way_to_us_is_answered_by_no_agent(
    studio: OwnStudio, twilio: Twilio, ai: ScriptedAI
) -> None:
    waiting = studio.socket((await twilio.voice()).text)
    await studio.on.works.run(studio.workspace_id, partial(Work.rows, statement=RESTRICT))

    assert await studio.refuses(waiting)
    kept = await studio.kept(twilio)
    assert (kept.outcome, kept.agent_version) == ("restricted", None)
    assert ai.requests == []


async def test_no_more_calls_than_slots_whatever_the_database_says(
    studio: OwnStudio, twilio: Twilio, measured: Measured
) -> None:
    first, second, third = (replace(twilio, sid=f"CA{number}") for number in range(3))

    async with studio.call(first) as one, studio.call(second) as two:
        await until(studio.is_busy)
        await studio.forget_calls()
        url = studio.socket((await third.voice()).text)
        refused = await studio.refuses(url)
        used = measured.now("contactflow_places_used"), measured.now("contactflow_places_max")
        await one.hang_up()
        await two.hang_up()

    assert refused
    assert used == (2, 2)
    await until(lambda: measured.now("contactflow_places_used") == 0)

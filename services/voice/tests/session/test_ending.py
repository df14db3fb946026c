"""How a call ends: with a last word if we end it, and always with a record."""

import asyncio
from typing import Any

import pytest

from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.waiting import until
from contactflow.voice.session.phrases import Name, Phrases
from services.voice.tests.session.house import House, a_house, phrases

ASK = "What are your opening hours?"
LONG = "We are open from nine to five on weekdays. " * 8


def without(missing: Name) -> Phrases:
    whole = phrases()
    return Phrases("en", {name: one for name, one in whole.by_name.items() if name != missing})


async def test_a_part_that_breaks_ends_the_call_with_an_apology(ai: ScriptedAI) -> None:
    changed: dict[str, Any] = {"phrases": without("still_there"), "silence_s": 0.5}

    async with a_house(ai, recording="off", **changed) as house, house.call() as caller:
        record = await house.over(caller)

    kept = house.kept[caller.sid]
    assert (record.ended_by, record.incomplete) == ("fault", ("silence",))
    assert kept.said()[-1] == ("agent", "Something went wrong.")
    assert kept.did == [("hang_up",)]


async def test_there_is_a_record_when_even_the_last_words_break(ai: ScriptedAI) -> None:
    changed: dict[str, Any] = {"phrases": without("goodbye"), "limit_s": 1.0}

    async with a_house(ai, recording="off", **changed) as house, house.call() as caller:
        record = await house.over(caller)

    kept = house.kept[caller.sid]
    assert (record.ended_by, record.incomplete) == ("deadline", ("parting",))
    assert kept.did == [("hang_up",)]
    assert kept.closed


@pytest.mark.parametrize("by", ["deadline", "drain"])
async def test_the_last_word_waits_for_no_answer(house: House, ai: ScriptedAI, by: Any) -> None:
    ai.speech.hears(ASK)
    ai.plan(says(LONG))

    async with house.call() as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        await asyncio.sleep(1.0)
        call = house.calls[caller.sid]
        asked_ms = call.offset_ms
        call.end(by)
        record = await house.over(caller)

    turns = sorted(house.kept[caller.sid].turns, key=lambda turn: turn.started_ms)
    assert (record.ended_by, record.incomplete) == (by, ())
    assert turns[-1].text in {"Goodbye.", "Something went wrong."}
    assert turns[-1].started_ms - asked_ms < 1000
    assert turns[-2].interrupted
    assert LONG.startswith(turns[-2].text)


async def test_the_last_sentence_is_kept_when_it_is_understood_late(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK)
    ai.speech.delay = 1.2

    async with house.call() as caller:
        await caller.answered()
        caller.say("opening_hours")
        await until(lambda: not caller.mouth)
        await asyncio.sleep(0.4)
        await caller.hang_up()
        record = await house.over(caller)

    assert (record.ended_by, record.incomplete) == ("caller", ())
    assert ("caller", ASK) in house.kept[caller.sid].said()


async def test_we_hang_up_after_the_last_word_and_then_close_the_ai(ai: ScriptedAI) -> None:
    async with a_house(ai, recording="off", limit_s=1.0) as house, house.call() as caller:
        kept = house.kept[caller.sid]
        await until(lambda: ("hang_up",) in kept.did)
        hung_up_ms = house.calls[caller.sid].offset_ms
        await house.over(caller)

    goodbye = kept.turns[-1]
    assert goodbye.text == "Goodbye."
    assert hung_up_ms - goodbye.ended_ms < 1000


async def test_a_carrier_that_does_not_answer_holds_up_nothing(ai: ScriptedAI) -> None:
    async with a_house(ai, recording="off", limit_s=1.0) as house, house.call() as caller:
        house.kept[caller.sid].is_stuck = True
        record = await house.over(caller)

    assert (record.ended_by, record.incomplete) == ("deadline", ("hang_up",))
    assert house.kept[caller.sid].closed

"""A whole call, as a caller lives it."""

import asyncio
from itertools import groupby

import numpy as np

from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.speech import LETTER
from contactflow.testing.speech import PITCH as ANSWERS
from contactflow.testing.waiting import until
from contactflow.voice import g711
from contactflow.voice.session.consent import NUMBER_S, Agreed
from contactflow.voice.session.evidence import Proof
from contactflow.voice.session.phrases import Phrase, Phrases
from services.voice.tests.session.house import House, a_house, phrases
from services.voice.tests.session.voices import PITCH, tone

OPENING = "What are your opening hours?"
PARKING = "Is there any parking near you?"
ELSE = "Please tell me something else now."
HOURS = "We are open from nine to five on weekdays and from ten to four on Saturday."
SPACES = "Yes, there are twenty spaces behind the house."


async def test_a_whole_call(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears(OPENING, ELSE, PARKING)
    ai.plan(says(HOURS), says("Of course."), says(SPACES))

    async with house.call() as caller:
        await caller.agree()
        await caller.ask("opening_hours")
        await caller.ask("something_else")
        await caller.hears_silence()
        await caller.ask("parking")
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)

    kept = house.kept[caller.sid]
    assert (record.ended_by, record.incomplete) == ("caller", ())
    assert kept.proofs[-1] == Proof(record.disclosed, record.consent, None)
    assert [one.consent.by for one in kept.proofs][-2:] == ["silence", "key"]
    assert [text for speaker, text in kept.said() if speaker == "caller"] == [
        OPENING,
        ELSE,
        PARKING,
    ]
    assert [text for _, text in kept.said()[:3]] == [
        "You are talking to an AI.",
        "May we record? Press 1.",
        "Thank you.",
    ]
    [cut] = [turn for turn in kept.turns if turn.interrupted]
    assert HOURS.startswith(cut.text[:10])
    assert len(cut.text) < len(HOURS)
    assert caller.clears
    assert all(turn.started_ms <= turn.ended_ms for turn in kept.turns)


async def test_the_disclosure_is_heard_first_and_proved(house: House, ai: ScriptedAI) -> None:
    async with house.call() as caller:
        await caller.answered()
        await caller.hang_up()
    record = await house.over(caller)

    assert record.disclosed
    assert record.disclosed.confirmed
    assert record.disclosed.wording_id == "disclosure/en/1"
    assert record.disclosed.began_ms < 100
    assert not ai.requests


async def test_of_a_disclosure_that_is_not_heard_out_its_part_is_proved(ai: ScriptedAI) -> None:
    disclosure = Phrase("disclosure/en/2", "You are talking to an AI.", tone(3.0))
    said = Phrases("en", {**phrases().by_name, "disclosure": disclosure})

    async with a_house(ai, phrases=said) as house, house.call() as caller:
        await caller.hears_voice()
        begun = await until(lambda: house.kept[caller.sid].proofs)
        await asyncio.sleep(1.0)
        await caller.hang_up()
        record = await house.over(caller)

    [first, *_] = begun
    assert first.disclosed
    assert record.disclosed
    assert record.disclosed.wording_id == first.disclosed.wording_id == "disclosure/en/2"
    assert 500 < record.disclosed.played_ms <= record.lasted_ms
    assert not record.disclosed.confirmed
    assert record.consent == Agreed()


async def test_the_model_knows_its_prompt_before_the_first_question(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(OPENING)

    async with house.call() as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        await caller.hang_up()
    await house.over(caller)

    [read], [asked] = ai.read_ahead, ai.requests
    assert [one["content"] for one in read.body["messages"]] == ["Be brief.", "It is Monday."]
    assert asked.body["messages"][:2] == read.body["messages"]
    assert asked.body["tools"] == read.body["tools"]


async def test_a_greeting_comes_after_the_disclosure_and_before_the_question(
    ai: ScriptedAI,
) -> None:
    greeting = Phrase("greeting", "Welcome to the bakery.", tone(0.5))
    said = Phrases("en", {**phrases().by_name, "greeting": greeting})

    async with a_house(ai, phrases=said) as house, house.call() as caller:
        await caller.answered()
        await caller.hears_silence()
        await caller.hang_up()
        await house.over(caller)

    assert [text for _, text in house.kept[caller.sid].said()] == [
        "You are talking to an AI.",
        "Welcome to the bakery.",
        "May we record? Press 1.",
    ]


async def test_where_all_calls_are_recorded_they_are_once_the_caller_knows(ai: ScriptedAI) -> None:
    async with a_house(ai, recording="on") as house, house.call() as caller:
        await caller.answered()
        await caller.hears_silence()
        await caller.hang_up()
        record = await house.over(caller)

    kept = house.kept[caller.sid]
    last = max(kept.turns, key=lambda turn: turn.seq)
    assert last.text == "This call is recorded."
    agreed_ms = record.consent.at_ms or 0
    assert record.consent.by == "policy"
    assert record.consent.wording_id == "recorded/en/1"
    assert agreed_ms >= last.ended_ms - 100
    assert 0 < record.recorded_s <= (record.lasted_ms - agreed_ms) / 1000 + 0.1


async def test_a_spoken_consent_is_in_the_transcript(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears("Yes, you may.")

    async with house.call() as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)

    assert record.consent[:2] == ("granted", "voice")
    assert ("caller", "Yes, you may.") in house.kept[caller.sid].said()
    assert not ai.requests


async def test_an_answer_that_is_made_during_the_disclosure_is_heard_after_it(
    ai: ScriptedAI,
) -> None:
    ai.speech.hears(OPENING)
    ai.plan(says(HOURS))
    disclosure = Phrase("disclosure/en/2", "You are talking to an AI.", tone(5.0))
    said = Phrases("en", {**phrases().by_name, "disclosure": disclosure})

    async with a_house(ai, phrases=said, recording="off") as house, house.call() as caller:
        await caller.hears_voice()
        caller.say("opening_hours")
        await until(lambda: ai.speech.spoken)
        made = len(caller.heard)
        await caller.hears_silence()
        await caller.hang_up()
        await house.over(caller)

    heard, after = caller.pitches(PITCH, ANSWERS), caller.pitches(PITCH, ANSWERS, since=made)
    assert [pitch for pitch, _ in groupby(heard)] == [PITCH, ANSWERS]
    assert after.count(PITCH) > 10
    assert heard.count(ANSWERS) > 0.9 * 10 * LETTER * len(HOURS)


async def test_who_talks_over_the_greeting_cuts_it_and_not_the_disclosure(ai: ScriptedAI) -> None:
    ai.speech.hears(OPENING)
    whole = phrases().by_name
    disclosure = Phrase("disclosure/en/2", "You are talking to an AI.", tone(3.0))
    greeting = Phrase("greeting", "Welcome to the bakery.", tone(5.0))
    said = Phrases("en", {**whole, "disclosure": disclosure, "greeting": greeting})

    async with a_house(ai, phrases=said, recording="off") as house, house.call() as caller:
        await caller.hears_voice()
        caller.say("opening_hours")
        await asyncio.sleep(3.5)
        caller.say("something_else")
        await caller.hears_silence()
        await caller.hang_up()
        await house.over(caller)

    cut = {turn.text: turn.interrupted for turn in house.kept[caller.sid].turns}
    assert not cut[disclosure.text]
    assert cut[greeting.text]


async def test_both_sides_are_recorded_from_consent_on(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears(OPENING)

    async with house.call() as caller:
        await caller.agree()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)

    kept = house.kept[caller.sid]
    stereo = np.frombuffer(g711.decode(kept.stereo), np.int16).reshape(-1, 2)
    assert record.consent[:2] == ("granted", "key")
    assert record.consent.at_ms
    assert len(stereo) == round(record.recorded_s * 8000)
    begun_ms = record.consent.at_ms + NUMBER_S * 1000
    assert abs(record.lasted_ms - begun_ms - len(stereo) / 8) < 100
    assert all(np.abs(stereo[:, side]).max() > 1000 for side in (0, 1))
    assert kept.closed


async def test_nothing_is_left_with_the_provider_or_with_livekit(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(OPENING)

    async with house.call() as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        kept = house.calls[caller.sid]._ai.options.recording_options
        await caller.hang_up()
    await house.over(caller)

    assert [asked.body["store"] for asked in ai.requests] == [False]
    assert {name: on for name, on in kept.items() if on} == {}

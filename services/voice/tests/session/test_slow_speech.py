"""Speech models that hang: the caller is told, is heard again, and waits no longer than need be."""

from collections.abc import AsyncIterator

import pytest

from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.speech import LETTER
from contactflow.testing.waiting import until
from contactflow.voice.session.agent import Timing
from services.voice.tests.session.caller import FRAME_S, Caller
from services.voice.tests.session.house import WORDS, House, a_house

ASK = "What are your opening hours?"
AGAIN = ("agent", WORDS["say_again"])
SENTENCE = "We are open from nine to five on weekdays."
HANGS_S = 60.0


@pytest.fixture
async def house(ai: ScriptedAI) -> AsyncIterator[House]:
    impatient = Timing(not_understood_s=1.0, model_s=3.0)
    async with a_house(ai, recording="off", timing=impatient) as house:
        yield house


async def says_unheard(caller: Caller, ai: ScriptedAI) -> None:
    """What speech to text never answers."""
    before, usual = len(ai.speech.heard), ai.speech.delay
    ai.speech.delay = HANGS_S
    caller.say("something_else")
    await until(lambda: len(ai.speech.heard) > before)
    ai.speech.delay = usual


async def test_who_is_not_understood_for_long_is_told_so_and_heard_when_they_say_it_again(
    ai: ScriptedAI,
) -> None:
    ai.speech.hears("Lost.", ASK)
    ai.plan(says("Until five."))
    long = Timing(not_understood_s=2.0, model_s=5.5)

    async with a_house(ai, recording="off", timing=long) as house, house.call() as caller:
        await caller.answered()
        await says_unheard(caller, ai)
        await caller.answered()
        caller.say("opening_hours")
        said = house.kept[caller.sid].said
        await until(lambda: ("agent", "Until five.") in said(), longest=10)
        await caller.hang_up()
        record = await house.over(caller)

    assert said()[1:] == [AGAIN, ("caller", ASK), ("agent", "Until five.")]
    assert (record.ended_by, record.incomplete) == ("caller", ())


async def test_a_speech_to_text_that_stays_away_ends_in_an_apology(
    house: House, ai: ScriptedAI
) -> None:
    async with house.call() as caller:
        await caller.answered()
        for _ in range(2):
            await says_unheard(caller, ai)
            await caller.answered()
        record = await house.over(caller)

    assert record.ended_by == "ai"
    assert house.kept[caller.sid].said()[1:] == [AGAIN, AGAIN, ("agent", WORDS["apology"])]


async def test_a_sentence_that_stalls_is_said_anew(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears(ASK)
    ai.plan(says(SENTENCE))

    async with house.call() as caller:
        await caller.answered()
        before = len(caller.loud)
        ai.speech.stalls = HANGS_S
        await caller.ask("opening_hours")
        ai.speech.stalls = 0.0
        await until(lambda: len(ai.speech.spoken) == 2, longest=10)
        await caller.answered()
        heard_s = FRAME_S * sum(caller.loud[before:])
        await caller.hang_up()
    await house.over(caller)

    [answer] = house.kept[caller.sid].turns[2:]
    assert (answer.text, answer.interrupted) == (SENTENCE, False)
    assert heard_s > 1.4 * len(SENTENCE) * LETTER


async def test_of_an_answer_that_cannot_be_spoken_the_record_has_what_was_heard(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK, ASK)
    ai.plan(says(SENTENCE), says("Until five."))

    async with house.call() as caller:
        await caller.answered()
        ai.speech.stalls = HANGS_S
        await caller.ask("opening_hours")
        said = house.kept[caller.sid].said
        await until(lambda: AGAIN in said(), longest=15)
        ai.speech.stalls = 0.0
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    await house.over(caller)

    [broken] = [turn for turn in house.kept[caller.sid].turns if turn.interrupted]
    assert SENTENCE.startswith(broken.text)
    assert 0 < len(broken.text) < len(SENTENCE)
    assert said()[-1] == ("agent", "Until five.")

"""An agent ends the call: what it says with it is heard, and one goodbye is enough."""

from collections.abc import AsyncIterator

import pytest

from contactflow.testing.ai import Calls, ScriptedAI, says
from contactflow.testing.speech import LETTER
from services.voice.tests.session.house import House, a_house
from services.voice.tests.session.voices import is_loud

FAREWELL = "Goodbye, have a nice day."
OURS = ("agent", "Goodbye.")


@pytest.fixture
async def house(ai: ScriptedAI) -> AsyncIterator[House]:
    ai.speech.hears("Thank you, goodbye.")
    async with a_house(ai, recording="off") as house:
        yield house


async def test_a_farewell_is_heard_whole_and_is_the_last_word(house: House, ai: ScriptedAI) -> None:
    ai.plan(Calls("end_call", "{}", (FAREWELL,)))

    async with house.call() as caller:
        await caller.answered()
        before = len(caller.loud)
        caller.say("goodbye")
        record = await house.over(caller)

    kept = house.kept[caller.sid]
    assert (record.ended_by, kept.did) == ("agent", [("hang_up",)])
    assert kept.said()[-1] == ("agent", FAREWELL)
    assert not kept.turns[-1].interrupted
    heard_s = 0.02 * sum(is_loud(pcm) for _, pcm in caller.heard[before:])
    assert heard_s > 0.95 * len(FAREWELL) * LETTER


async def test_a_farewell_one_step_before_is_the_last_word(house: House, ai: ScriptedAI) -> None:
    ai.plan(
        Calls("take_message", '{"text": "Thanks."}', ("I noted it. Goodbye.",)),
        Calls("end_call", "{}"),
    )

    async with house.call() as caller:
        await caller.answered()
        caller.say("goodbye")
        await house.over(caller)

    assert house.kept[caller.sid].said()[-1] == ("agent", "I noted it. Goodbye.")


async def test_who_says_nothing_parts_with_our_goodbye(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears("Goodbye.")
    ai.plan(says("You are welcome."), Calls("end_call", "{}"))

    async with house.call() as caller:
        await caller.answered()
        await caller.ask("goodbye")
        await caller.hears_silence()
        caller.say("goodbye")
        await house.over(caller)

    assert house.kept[caller.sid].said()[-1] == OURS

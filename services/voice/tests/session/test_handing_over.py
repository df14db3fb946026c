"""A caller is put through to a person."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from contactflow.testing.ai import Calls, ScriptedAI
from contactflow.testing.speech import LETTER
from contactflow.voice.session.ending import Ending
from services.voice.tests.session.caller import FRAME_S, Caller
from services.voice.tests.session.house import House, a_house

DESK = "+33199999999"
SENTENCE = "Of course, I will put you through now."


@pytest.fixture
async def house(ai: ScriptedAI) -> AsyncIterator[House]:
    ai.speech.hears("A person please.")
    async with a_house(ai, handover_e164=DESK, recording="off") as house:
        yield house


async def test_the_line_may_be_taken_before_the_carrier_has_answered(
    house: House, ai: ScriptedAI
) -> None:
    ai.plan(Calls("handover_to_human", "{}"))

    async with house.call() as caller:
        await caller.answered()
        house.kept[caller.sid].meanwhile = taken(caller)
        caller.say("a_person")
        record = await house.over(caller)

    assert (record.ended_by, record.incomplete) == ("handed_over", ())
    assert house.kept[caller.sid].did == [("transfer", DESK)]
    assert house.kept[caller.sid].proofs[-1].handed_over


async def test_who_hangs_up_before_it_failed_has_hung_up(house: House, ai: ScriptedAI) -> None:
    ai.plan(Calls("handover_to_human", "{}"))

    async with house.call() as caller:
        await caller.answered()
        house.kept[caller.sid].meanwhile = taken(caller, ConnectionError())
        caller.say("a_person")
        record = await house.over(caller)

    assert record.ended_by == "caller"
    assert not any(proof.handed_over for proof in house.kept[caller.sid].proofs)


async def test_the_sentence_before_is_heard_whole(house: House, ai: ScriptedAI) -> None:
    ai.plan(Calls("handover_to_human", "{}", (SENTENCE,)))

    at_ms: list[int] = []
    heard: list[bool] = []

    async with house.call() as caller:

        async def transfer() -> None:
            at_ms.append(house.calls[caller.sid].offset_ms)
            heard.extend(caller.loud[before:])

        await caller.answered()
        before = len(caller.loud)
        house.kept[caller.sid].meanwhile = transfer
        caller.say("a_person")
        record = await house.over(caller)

    [said] = [turn for turn in house.kept[caller.sid].turns if turn.text == SENTENCE]
    assert record.ended_by == "handed_over"
    assert sum(heard) * FRAME_S > len(SENTENCE) * LETTER - 0.1
    assert said.ended_ms <= at_ms[0] + 40


async def test_a_call_that_is_over_is_handed_to_nobody() -> None:
    ending, asked = Ending(), list[str]()

    async def transfer() -> bool:
        asked.append(DESK)
        return True

    ending.end("deadline")

    assert not await ending.hand_over(transfer)
    assert (await ending.over(), asked) == ("deadline", [])


async def test_a_hand_over_that_failed_ends_nothing() -> None:
    ending = Ending()

    async def transfer() -> bool:
        return False

    assert not await ending.hand_over(transfer)
    ending.end("silence")

    assert await ending.over() == "silence"


def taken(caller: Caller, error: Exception | None = None) -> Callable[[], Awaitable[None]]:
    async def meanwhile() -> None:
        await caller.hang_up()
        await asyncio.sleep(0.5)
        if error:
            raise error

    return meanwhile

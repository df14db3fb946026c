"""Twenty calls at once in one process, each with its own answer."""

import asyncio

from contactflow.testing.ai import ScriptedAI, says
from services.voice.tests.session.house import House

CALLS = 20
FILLER = ("agent", "One moment please.")
"""Said where a busy machine is slow to answer, and rightly so."""


async def a_call(house: House) -> str:
    async with house.call() as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)
    assert (record.ended_by, record.incomplete) == ("caller", ())
    said = [one for one in house.kept[caller.sid].said() if one != FILLER]
    return str(said[-2:])


async def test_twenty_calls_at_once_are_all_answered(house: House, ai: ScriptedAI) -> None:
    ai.speech.otherwise = "When?"
    ai.otherwise = says("Until five.")

    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(a_call(house)) for _ in range(CALLS)]

    answer = str([("caller", "When?"), ("agent", "Until five.")])
    assert [call.result() for call in calls] == [answer] * CALLS

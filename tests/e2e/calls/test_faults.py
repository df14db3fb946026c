"""What may happen to a call, in real processes."""

import asyncpg

from contactflow.events.calls import CALLS
from contactflow.kernel import decode
from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.waiting import until
from contactflow.voice.places.model import LOOKS, SILENT
from contactflow.voice.webhooks.wordings import SORRY
from tests.e2e.erasure.rights import a_number
from tests.e2e.house import House
from tests.e2e.phones import LONG, Line

AGE = "UPDATE places SET beats_at = beats_at - $1::interval, missed = $2"


async def pass_time(house: House) -> None:
    """As long as a media process has to be silent until it is dead."""
    database = await asyncpg.connect(house.database("voice"))
    try:
        await database.execute(AGE, SILENT, LOOKS)
    finally:
        await database.close()


async def completed(house: House, call_id: str) -> int:
    """How often Kafka has it that the call is over."""
    key, kind = str(decode("call", call_id)).encode(), ("ce_type", b"call.completed")
    records = await house.broker.records(CALLS.name)
    return len([one for one in records if one.key == key and kind in one.headers])


async def test_a_call_whose_process_is_killed_is_closed_once_and_says_what_is_missing(
    house: House, line: Line, ai: ScriptedAI
) -> None:
    caller, before = a_number(), house.recordings
    ai.speech.hears("When do you open?")
    ai.plan(says("We open at half past nine."))

    async with line.call(caller) as person:
        await person.listen()
        await person.agree()
        await person.ask()
        await until(lambda: house.recordings - before, longest=LONG)
        house.kill("voice-media")
        await person.hold()
    await pass_time(house)
    call = await line.over(caller)
    await line.summary(call)

    assert [one.text for one in person.call.said] == [SORRY["broken"]["en"]]
    assert (call["status"], call["ended_by"]) == ("completed", "line")
    assert call["missing"] == ["transcript", "recording"]
    assert call["recording"]["available"]
    assert call["disclosure"]
    [item] = await line.business.timeline(await line.contact_of(caller))
    turns = len(await line.transcript(call))
    assert (item["outcome"], item["counts"]["turns"]) == ("completed", turns)
    assert await completed(house, call["id"]) == 1

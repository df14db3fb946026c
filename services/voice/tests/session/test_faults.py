"""Calls that go wrong: each ends cleanly, with a complete record and a stated reason."""

import asyncio
from typing import Any

import pytest
import websockets

from contactflow.events.conversations import RIGHTS
from contactflow.testing.ai import Calls, IsSilent, Refuses, Says, ScriptedAI, says
from contactflow.testing.waiting import until
from contactflow.voice.session.agent import Timing
from contactflow.voice.session.consent import UNDERSTOOD_MS
from contactflow.voice.session.phrases import Phrase, Phrases
from services.voice.tests.session.caller import Caller
from services.voice.tests.session.house import KNOWN, WORDS, House, a_house, phrases
from services.voice.tests.session.voices import cough, tone

ASK = "What are your opening hours?"
LONG = "We are open from nine to five on weekdays and from ten to four on Saturday and Sunday."
CARD = "My card is 4111 1111 1111 1111 thanks"


async def test_a_socket_that_drops_mid_word_leaves_a_whole_record(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK)
    ai.plan(says(LONG))

    async with house.call() as caller:
        await caller.agree()
        await caller.ask("opening_hours")
        await asyncio.sleep(1.0)
        caller.drop()
    record = await house.over(caller)

    kept = house.kept[caller.sid]
    assert (record.ended_by, record.incomplete) == ("line", ())
    assert kept.turns[-1].interrupted
    assert 0 < len(kept.turns[-1].text) < len(LONG)
    assert kept.stereo
    assert kept.closed


async def test_a_silent_speech_to_text_makes_the_agent_ask_again(house: House) -> None:
    async with house.call() as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    await house.over(caller)

    assert ("agent", "Could you say that again?") in house.kept[caller.sid].said()


async def test_a_model_that_stalls_is_covered_within_two_seconds(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK)
    ai.plan(Says(("We do.",), pause=6.0))

    async with house.call() as caller:
        await caller.answered()
        filler_s = await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.answered()
        await caller.hang_up()
    await house.over(caller)

    turns = {turn.text: turn for turn in house.kept[caller.sid].turns}
    asked, told = turns[ASK], turns["We do."]
    assert filler_s < 2.0
    assert turns["One moment please."].ended_ms < told.started_ms
    assert told.started_ms - asked.ended_ms > 5_000


@pytest.mark.parametrize("plan", [Refuses(500), IsSilent(60)])
async def test_a_model_that_is_down_ends_in_an_apology_and_we_hang_up(
    ai: ScriptedAI, plan: Any
) -> None:
    ai.speech.otherwise = ASK
    ai.otherwise = plan

    impatient = Timing(model_s=2.0)
    async with a_house(ai, timing=impatient) as house, house.call() as caller:
        await caller.answered()
        caller.say("opening_hours")
        await until(
            lambda: ("agent", "Could you say that again?") in house.kept[caller.sid].said(),
            longest=20,
        )
        caller.say("opening_hours")
        record = await house.over(caller, longest=20)

    kept = house.kept[caller.sid]
    assert record.ended_by == "ai"
    assert kept.said()[-1] == ("agent", "Something went wrong.")
    assert kept.did == [("hang_up",)]


async def test_speech_that_dies_in_mid_sentence_ends_no_call(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears(ASK, ASK)
    ai.plan(says(LONG), says("Until five."))

    async with house.call() as caller:
        await caller.answered()
        ai.speech.breaks_off = True
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)

    assert (record.ended_by, record.incomplete) == ("caller", ())
    assert house.kept[caller.sid].said()[-1] == ("agent", "Until five.")


async def test_garbage_ends_the_call_with_a_reason(house: House) -> None:
    async with house.call() as caller:
        await caller.hears_voice()
        for _ in range(100):
            await caller.socket.send("not json")
        record = await house.over(caller)

    assert record.ended_by == "protocol"


@pytest.mark.parametrize(
    "frame",
    [
        "\x00",
        "{}",
        '{"event":"media"}',
        '{"event":"media","media":{"payload":"%%%"}}',
        '{"event":"dtmf","dtmf":{"digit":"11"}}',
        b"bytes",
    ],
)
async def test_a_few_bad_frames_do_no_harm(house: House, frame: str | bytes) -> None:
    async with house.call() as caller:
        for _ in range(5):
            await caller.socket.send(frame)
        await caller.hears_voice()
        await caller.hang_up()

    assert (await house.over(caller)).ended_by == "caller"


@pytest.mark.parametrize("changed", [{"encoding": "audio/opus"}, {"sampleRate": 16000}])
async def test_a_wrong_codec_is_refused(house: House, changed: dict[str, Any]) -> None:
    url = f"{house.url.replace('http', 'ws')}/media"
    async with websockets.connect(url) as socket:
        await Caller(socket, "CA0").start(**changed)
        with pytest.raises(websockets.ConnectionClosed):
            await socket.recv()

    assert socket.close_code == 1003


async def test_who_declines_is_served_and_not_recorded(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears("No.", ASK)
    ai.plan(says("Until five."))

    async with house.call() as caller:
        await caller.answered()
        caller.say("no")
        await caller.answered()
        await caller.press("1")
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)

    kept = house.kept[caller.sid]
    assert record.consent[:2] == ("declined", "voice")
    assert not kept.stereo
    assert ("agent", "Until five.") in kept.said()


async def test_who_says_nothing_to_the_question_is_not_recorded(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK, "Yes.")

    async with house.call() as caller:
        await caller.answered()
        await until(lambda: house.kept[caller.sid].proofs[-1].consent.by == "silence")
        await asyncio.sleep(UNDERSTOOD_MS / 1000)
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.press("1")
        await caller.ask("yes")
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)

    assert record.consent[:2] == ("declined", "silence")
    assert not house.kept[caller.sid].stereo
    assert len(ai.requests) == 2


async def test_a_spoken_yes_is_consent_and_no_question(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears("Yes, please.")

    async with house.call() as caller:
        await caller.answered()
        caller.say("yes")
        await caller.answered()
        await caller.hang_up()
    record = await house.over(caller)

    assert record.consent[:2] == ("granted", "voice")
    assert not ai.requests


@pytest.mark.parametrize(
    ("tool", "arguments", "did"),
    [
        ("take_message", '{"text": "The cake is late."}', ("message", "The cake is late.")),
        (
            "request_callback",
            '{"text": "About it.", "at": "2026-12-01T10:00:00+01:00"}',
            ("callback", "About it.", "2026-12-01 10:00:00+01:00"),
        ),
        ("open_privacy_request", '{"right": "erasure"}', ("privacy", "erasure")),
        ("look_up_caller", "{}", ("look_up",)),
    ],
)
async def test_the_agent_does_what_the_caller_asks_for(
    house: House, ai: ScriptedAI, tool: str, arguments: str, did: tuple[str, ...]
) -> None:
    ai.speech.hears("That would be kind.")
    ai.plan(Calls(tool, arguments), says("It is done."))

    async with house.call() as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    await house.over(caller)

    assert house.kept[caller.sid].did == [did]
    assert house.kept[caller.sid].said()[-1] == ("agent", "It is done.")
    assert RIGHTS in str(ai.requests[0].body["tools"])
    answered = ai.requests[1].body["messages"][-1]
    assert answered["role"] == "tool"
    assert answered["content"] == (KNOWN if tool == "look_up_caller" else "done")


async def test_the_agent_ends_the_call_and_we_hang_up(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears("Thank you, goodbye.")
    ai.plan(Calls("end_call", "{}"))

    async with house.call() as caller:
        await caller.answered()
        caller.say("goodbye")
        record = await house.over(caller)

    kept = house.kept[caller.sid]
    assert record.ended_by == "agent"
    assert kept.did == [("hang_up",)]
    assert kept.said()[-1] == ("agent", "Goodbye.")


async def test_a_caller_is_put_through(ai: ScriptedAI) -> None:
    ai.speech.hears("A person please.")
    ai.plan(Calls("handover_to_human", "{}"))

    async with a_house(ai, handover_e164="+33199999999") as house, house.call() as caller:
        await caller.answered()
        caller.say("a_person")
        record = await house.over(caller)

    assert record.ended_by == "handed_over"
    assert house.kept[caller.sid].did == [("transfer", "+33199999999")]


async def test_a_child_is_not_recorded_any_more(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears("I am nine.", ASK)
    ai.plan(Calls("report_minor", "{}"), says("Thank you."), says("Until five."))

    async with house.call() as caller:
        await caller.agree()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        recorded = len(house.kept[caller.sid].stereo)
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)

    assert record.minor_at_ms
    assert recorded
    assert len(house.kept[caller.sid].stereo) == recorded


async def test_who_withdraws_consent_is_told_so_and_not_recorded_any_more(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK, "Stop recording, please.", ASK)
    ai.plan(says("Until five."), says("Until five."))

    async with house.call() as caller:
        await caller.agree()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.ask("something_else")
        await caller.hears_silence()
        recorded = len(house.kept[caller.sid].stereo)
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)
    kept = house.kept[caller.sid]

    assert (record.consent.answer, record.consent.withdrawn_ms is None) == ("granted", False)
    assert recorded
    assert len(kept.stereo) == recorded
    assert ("agent", WORDS["not_recorded"]) in kept.said()
    assert ("caller", "Stop recording, please.") in kept.said()
    assert len(ai.requests) == 2


async def test_who_objects_while_it_is_announced_is_told_so_and_not_recorded(
    ai: ScriptedAI,
) -> None:
    ai.speech.hears("Don't record me.")
    announced = Phrase("recorded/en/2", WORDS["recorded"], tone(4.0))
    said = Phrases("en", {**phrases().by_name, "recorded": announced})

    async with a_house(ai, recording="on", phrases=said) as house, house.call() as caller:
        await caller.hears_voice()
        caller.say("something_else")
        await caller.hears_silence()
        await caller.hang_up()
        record = await house.over(caller)

    kept = house.kept[caller.sid]
    assert record.consent[:2] == ("declined", "voice")
    assert not kept.stereo
    assert kept.said()[-1] == ("agent", WORDS["not_recorded"])
    assert not ai.requests


async def test_a_card_number_reaches_neither_the_model_nor_the_record(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(CARD)

    async with house.call() as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        for digit in "4111111111111111":
            await caller.press(digit)
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)

    asked, turns = [one.body for one in ai.requests], house.kept[caller.sid].turns
    texts = f"{asked} {[turn.text for turn in turns]}"
    assert "[card number]" in texts
    assert "1111" not in texts
    assert "11111111" not in f"{turns} {record}"  # fewer may be milliseconds
    assert record.consent.answer == "declined"
    assert not house.kept[caller.sid].stereo


async def test_a_card_number_over_two_turns_is_gone_from_all_that_was_made_of_it(
    house: House, ai: ScriptedAI
) -> None:
    begun = "4111 1111 1111"
    ai.speech.hears(f"It is {begun}", "1111.", "Bye.")
    ai.plan(Calls("take_message", f'{{"text":"{begun}"}}'), says("Go on."))

    async with house.call() as caller:
        await caller.answered()
        for _ in range(3):
            await caller.ask("opening_hours")
            await caller.hears_silence()
        await caller.hang_up()
    await house.over(caller)

    kept = house.kept[caller.sid]
    turns = sorted(kept.turns, key=lambda turn: turn.seq)
    said = [turn.text for turn in turns if turn.speaker == "caller"]
    assert said == ["It is [card number]", "[card number].", "Bye."]
    assert kept.did == [("message", "[card number]")]
    before, after = ai.requests[:2], ai.requests[2:]
    assert all(begun in str(asked.body) for asked in before)
    assert len(after) == 2
    assert "1111" not in str([asked.body for asked in after])


async def test_silence_is_asked_about_and_then_ends_the_call(ai: ScriptedAI) -> None:
    async with a_house(ai, silence_s=1.0, recording="off") as house, house.call() as caller:
        record = await house.over(caller)

    kept = house.kept[caller.sid]
    assert record.ended_by == "silence"
    assert [text for _, text in kept.said()[1:]] == ["Are you still there?", "Goodbye."]
    assert kept.did == [("hang_up",)]


async def test_a_deadline_ends_the_call(ai: ScriptedAI) -> None:
    async with a_house(ai, limit_s=3.0) as house, house.call() as caller:
        record = await house.over(caller)

    assert record.ended_by == "deadline"


async def test_a_process_that_drains_parts_with_a_word(house: House) -> None:
    async with house.call() as caller:
        await caller.answered()
        house.calls[caller.sid].end("drain")
        record = await house.over(caller)

    kept = house.kept[caller.sid]
    assert record.ended_by == "drain"
    assert kept.said()[-1] == ("agent", "Something went wrong.")
    assert kept.did == [("hang_up",)]


async def test_a_store_that_is_down_for_a_while_costs_the_caller_nothing(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK)
    ai.plan(says("Until five."))

    async with house.call() as caller:
        await caller.hears_voice()
        house.kept[caller.sid].failing = 1000
        await caller.hears_silence()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        answered = "Until five." in ai.speech.spoken
        house.kept[caller.sid].failing = 0
        await caller.hang_up()
    record = await house.over(caller)

    assert answered
    assert [turn.seq for turn in house.kept[caller.sid].turns] == [1, 2, 3, 4]
    assert record.incomplete == ()


async def test_a_store_that_stays_down_is_named_in_the_record(house: House) -> None:
    async with house.call() as caller:
        await caller.answered()
        house.kept[caller.sid].failing = 1000
        await caller.press("1")
        await caller.answered()
        await caller.hang_up()
    record = await house.over(caller, longest=40)

    assert set(record.incomplete) == {"transcript", "recording"}


async def test_who_is_erased_in_the_call_is_served_and_leaves_nothing_more(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK, ASK)
    ai.plan(says("Until five."), says("As I said."))

    async with house.call() as caller:
        await caller.agree()
        kept = house.kept[caller.sid]
        kept.is_gone = True
        before = len(kept.turns)
        await caller.ask("opening_hours")
        await caller.hears_silence()
        recorded = len(kept.stereo)
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    record = await house.over(caller)

    assert len(ai.requests) == 2
    assert (len(kept.turns), len(kept.stereo)) == (before, recorded)
    assert (record.ended_by, record.incomplete) == ("caller", ())


async def test_who_presses_a_key_while_talking_is_answered_and_recorded(
    house: House, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK)
    ai.plan(says("Until five."))

    async with house.call() as caller:
        await caller.answered()
        caller.say("opening_hours")
        await asyncio.sleep(0.4)
        await caller.press("1")
        await until(lambda: ("agent", "Until five.") in house.kept[caller.sid].said())
        await caller.hang_up()
    record = await house.over(caller)

    assert record.consent[:2] == ("granted", "key")
    assert house.kept[caller.sid].stereo
    assert ("caller", ASK) in house.kept[caller.sid].said()


async def test_a_cough_costs_the_caller_no_answer(house: House, ai: ScriptedAI) -> None:
    ai.speech.hears(ASK, "")
    ai.plan(says(LONG))

    async with house.call() as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        await asyncio.sleep(0.5)
        caller.utter(cough(0.15))
        await caller.hears_silence()
        await caller.hang_up()
    await house.over(caller)

    assert ("agent", LONG) in house.kept[caller.sid].said()

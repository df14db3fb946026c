"""Half an hour on the telephone, in virtual time."""

import asyncio
from typing import Any

from livekit.agents import inference
from openai import AsyncOpenAI

from contactflow.testing.virtual import in_virtual_time
from contactflow.voice.session.agent import Ai, Models
from contactflow.voice.session.call import Call
from contactflow.voice.session.inline import InlineExecutor
from contactflow.voice.session.phrases import Phrase, Phrases
from contactflow.voice.session.terms import Around, Record, Terms
from services.voice.tests.session.house import Kept, phrases
from services.voice.tests.session.phone import Phone
from services.voice.tests.session.voices import tone

HALF_AN_HOUR = 1800
NOBODY = "http://127.0.0.1:9"


async def a_call(kept: Kept, phone: Phone, **changed: Any) -> Record:
    """Of somebody who says nothing at all."""
    said: dict[str, Any] = {"phrases": phrases(), "recording": "off", **changed}
    terms = Terms(Ai(Models("none"), "Be brief."), **said)
    async with AsyncOpenAI(base_url=NOBODY, api_key="none", max_retries=0) as client:
        client._platform = "Linux"  # it would ask a thread, which knows no virtual time
        hearing = inference.VAD(executor=InlineExecutor(), min_silence_duration=0.25)
        around = Around(kept, kept, kept, kept, kept, client, hearing)
        async with asyncio.TaskGroup() as group:
            playing = group.create_task(phone.run())
            record = await Call(phone, terms, around).run()
            playing.cancel()
        return record


def test_silence_is_asked_about_and_the_call_is_over_long_before() -> None:
    kept = Kept()

    record = in_virtual_time(a_call(kept, Phone()))

    assert (record.ended_by, record.incomplete) == ("silence", ())
    assert [text for _, text in kept.said()] == [
        "You are talking to an AI.",
        "Are you still there?",
        "Goodbye.",
    ]
    assert 30_000 < record.lasted_ms < 40_000


def test_a_long_greeting_and_question_are_no_silence() -> None:
    kept, whole = Kept(), phrases()
    question = Phrase("consent/en/2", "May we, or may we not, record?", tone(6.0))
    greeting = Phrase("greeting", "Welcome to the bakery.", tone(4.0))
    long = Phrases("en", {**whole.by_name, "greeting": greeting, "consent": question})

    in_virtual_time(a_call(kept, Phone(), silence_s=3.0, recording="consent", phrases=long))

    asked, still_there, goodbye = kept.turns[2:]
    assert asked.text == question.text
    assert still_there.text == "Are you still there?"
    assert still_there.started_ms - asked.ended_ms >= 3000
    assert goodbye.started_ms - still_there.ended_ms >= 3000


def test_half_an_hour_of_silence_is_half_an_hour_on_the_clock() -> None:
    kept = Kept()

    record = in_virtual_time(a_call(kept, Phone(), silence_s=10_000, limit_s=HALF_AN_HOUR))

    assert (record.ended_by, record.incomplete) == ("deadline", ())
    assert abs(record.lasted_ms - HALF_AN_HOUR * 1000) < 2_000
    assert kept.said()[-1] == ("agent", "Goodbye.")
    assert kept.did == [("hang_up",)]

"""Phone calls, from a carrier's webhook to the contact's timeline, through real processes."""

import json
from dataclasses import dataclass
from functools import partial

import pytest
from httpx import Response

from contactflow.kernel import decode
from contactflow.testing.ai import Calls, ScriptedAI, says
from contactflow.testing.waiting import until
from contactflow.voice.phrases.wordings import WORDINGS
from tests.e2e.erasure.rights import a_number
from tests.e2e.house import House, rows
from tests.e2e.people import Business, Json
from tests.e2e.phones import DIALLED, HEADER, HURRY, LONG, Line, Person, a_carrier
from tools.phone.account import Number

ASKED = "When do you open? And tell Nora that the cake is for Ada."
ANSWERED = "At half past nine. I have told her."
MESSAGE = {"text": "The cake is for Ada."}
SUMMARY = {"summary": "Asked when it opens.", "intent": "question", "follow_ups": ["Send a map."]}
DROPPED = """
    SELECT count(*) FROM inbox
    WHERE workspace_id = $1 AND consumer = 'timeline.call.completed' AND dropped
"""
CONTACTS = "SELECT count(*) FROM contacts WHERE workspace_id = $1"


@dataclass(frozen=True)
class Held:
    """A call that was held: what its caller had of it, and the record."""

    line: Line
    caller: str
    person: Person
    greeting: float
    asked_meanwhile: int
    call: Json

    async def recording(self, **headers: str) -> Response:
        """A WAV file, or a part of it."""
        path = f"/v1/calls/{self.call['id']}/recording"
        return await self.line.business.http.get(path, headers=headers)


@pytest.fixture(scope="module")
async def held(house: House, firm: Business, number: Number, model: ScriptedAI) -> Held:
    """Somebody unknown calls, agrees to be recorded, asks, is answered, and hangs up."""
    caller = a_number()
    model.reset()
    model.speech.hears(ASKED)
    model.plan(Calls("take_message", json.dumps(MESSAGE)), says(ANSWERED))
    model.plan(Calls("summarize", json.dumps(SUMMARY)))
    async with a_carrier(house) as board:
        line = Line(firm, board, number)
        async with line.call(caller) as person:
            greeting, asked_meanwhile = await person.listen(), len(model.requests)
            await person.agree()
            await person.ask()
    call = await line.over(caller)
    await line.summary(call)
    return Held(line, caller, person, greeting, asked_meanwhile, call)


async def test_the_caller_hears_that_it_is_an_ai_before_any_word_of_the_model(held: Held) -> None:
    words = WORDINGS["en"]["disclosure"]

    first = (await held.line.transcript(held.call))[0]

    assert (first["seq"], first["speaker"], first["text"]) == (1, "agent", words)
    assert held.greeting > len(words) * HURRY
    assert held.asked_meanwhile == 0
    told = held.call["disclosure"]
    assert (told["wording_id"], told["at"]) == ("disclosure/en/1", held.call["answered_at"])


async def test_the_record_says_who_called_what_was_said_and_how_it_ended(held: Held) -> None:
    call, said = held.call, await held.line.transcript(held.call)

    assert [(one["speaker"], one["text"]) for one in said[-2:]] == [
        ("caller", ASKED),
        ("agent", ANSWERED),
    ]
    assert (call["from"], call["to"], held.person.call.status) == (
        held.caller,
        DIALLED,
        "completed",
    )
    assert (call["status"], call["ended_by"], call["missing"]) == ("completed", "caller", [])
    waited = said[-1]["latency_ms"]
    assert call["latency"] == {"turns": 1, "p50_ms": waited, "p95_ms": waited}
    assert waited > 0


async def test_the_record_proves_to_what_the_caller_has_agreed_and_how(held: Held) -> None:
    agreed = held.call["recording"]

    assert (agreed["consent"], agreed["consent_by"]) == ("granted", "key")
    assert (agreed["policy"], agreed["wording_id"]) == ("consent", "consent/en/2")
    assert agreed["available"]
    assert agreed["consent_at"] > held.call["disclosure"]["at"]
    assert held.call["disclosure"]["confirmed"]


async def test_the_recording_has_both_sides_and_comes_whole_or_in_part(held: Held) -> None:
    whole = await held.recording()
    part = await held.recording(Range="bytes=100-1099")

    caller, agent = whole.content[HEADER::2], whole.content[HEADER + 1 :: 2]
    assert whole.content.startswith(b"RIFF")
    assert held.person.voice in caller
    assert held.person.voice not in agent
    assert len({*agent}) > 2
    assert (part.status_code, part.content) == (206, whole.content[100:1100])
    assert part.headers["Content-Range"] == f"bytes 100-1099/{len(whole.content)}"


async def test_the_caller_is_a_contact_whose_timeline_says_what_is_to_be_done(held: Held) -> None:
    contact_id = await held.line.contact_of(held.caller)
    [item] = await held.line.business.timeline(contact_id)

    contact = (await held.line.business.http.get(f"/v1/contacts/{contact_id}")).json()
    assert [(one["value"], one["claimed"]) for one in contact["phones"]] == [(held.caller, False)]
    assert (item["kind"], item["ref"]["id"]) == ("call", held.call["id"])
    assert (item["outcome"], item["counts"]["turns"]) == ("completed", 5)
    told = item["content"]
    assert (told["summary"], told["intent"]) == (SUMMARY["summary"], "question")
    assert [(one["kind"], one["text"]) for one in told["follow_ups"]] == [
        ("message", MESSAGE["text"]),
        ("task", "Send a map."),
    ]


async def test_who_writes_and_calls_has_one_timeline(line: Line) -> None:
    caller, visitor = a_number(), await line.business.visitor()
    await visitor.write("Hello")
    await visitor.heard("agent")
    contact_id = await line.business.contact_of(visitor)
    path, known = f"/v1/contacts/{contact_id}", {"phones": [caller]}
    changed = await line.business.http.patch(path, json=known, headers={"If-Match": "*"})
    assert changed.is_success, changed.text

    async with line.call(caller) as person:
        await person.listen()

    assert await line.contact_of(caller) == contact_id
    items = await line.business.timeline(contact_id)
    assert [one["kind"] for one in items] == ["call", "conversation"]


async def test_who_withholds_the_number_is_served_and_is_no_contact(
    house: House, line: Line, ai: ScriptedAI
) -> None:
    workspace_id = decode("ws", line.business.account["workspace"]["id"])
    before = await rows(house, "crm", CONTACTS, workspace_id)
    ai.speech.hears("Goodbye.")
    ai.plan(Calls("end_call", "{}"))

    async with line.call(None) as person:
        await person.listen()
        await person.say("goodbye")
        await person.hold()
    call = await line.over(None)
    await line.summary(call)

    assert (person.call.by, call["ended_by"]) == ("service", "agent")
    await until(partial(rows, house, "crm", DROPPED, workspace_id), longest=LONG)
    assert await rows(house, "crm", CONTACTS, workspace_id) == before
    assert (await line.over(None))["contact_id"] is None

"""A caller is erased: calls, words and recordings, after the call and in the middle of it."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from contactflow.kernel import decode
from contactflow.testing.ai import Calls, ScriptedAI, says
from contactflow.testing.scanner import found_under
from contactflow.testing.waiting import until
from tests.e2e.erasure.rights import Officer, a_number, an_address
from tests.e2e.house import House, rows
from tests.e2e.people import Business, Json, post
from tests.e2e.phones import HEADER, LONG, Line, a_carrier, a_word, is_free
from tools.phone.account import Number

PARTS = ("", "/transcript", "/summary", "/recording")
KEPT = ("turns", "summaries", "follow_ups", "recordings", "recording_accesses")


async def kept(house: House, call_id: str) -> dict[str, int]:
    """Rows of voice about that call, by table."""
    of = decode("call", call_id)
    counts = {one: f"SELECT count(*) FROM {one} WHERE call_id = $1" for one in KEPT}
    counts["calls"] = "SELECT count(*) FROM calls WHERE id = $1"
    return {table: await rows(house, "voice", query, of) for table, query in counts.items()}


@dataclass(frozen=True)
class Erased:
    """Somebody who had called: what there was of them, and what the receipt says."""

    call: Json
    said: set[str | bytes]
    rows: dict[str, int]
    objects: set[Path]
    deleted: dict[str, int]


async def call_of(line: Line, ai: ScriptedAI, caller: str, word: str) -> bytes:
    """Say that word, leave it as a message, and have it summarized; 20 ms of the voice."""
    ai.reset()
    ai.speech.hears(f"Keep me a {word}, please.")
    ai.plan(Calls("take_message", json.dumps({"text": word})), says("I have noted it down."))
    ai.plan(Calls("summarize", json.dumps({"summary": word, "intent": "order"})))
    async with line.call(caller) as person:
        await person.listen()
        await person.agree()
        await person.ask()
    await line.summary(await line.over(caller))
    return person.voice


@pytest.fixture(scope="module")
async def erased(house: House, firm: Business, number: Number, model: ScriptedAI) -> Erased:
    """By the e-mail address that staff had noted beside the number."""
    caller, email, word = a_number(), an_address(), "blancmange" + a_word()
    await post(firm.http, "/v1/contacts", {"emails": [email], "phones": [caller]})
    before, officer = house.recordings, Officer(firm.http)
    async with a_carrier(house) as board:
        line = Line(firm, board, number)
        voice = await call_of(line, model, caller, word)
        call = await line.over(caller)
    recorded = (await firm.http.get(f"/v1/calls/{call['id']}/recording")).content
    at = HEADER + 2 * recorded[HEADER::2].index(voice)
    said: set[str | bytes] = {caller[1:], word, voice, recorded[at : at + 2 * len(voice)]}
    there, objects = await kept(house, call["id"]), house.recordings - before
    ended = await officer.erase(email)
    receipt = (await officer.get(ended["id"], "/receipt"))["payload"]
    deleted = {one["name"]: one["deleted"] for one in receipt["participants"]}
    return Erased(call, said, there, objects, deleted["voice"])


async def test_every_row_and_object_of_the_call_goes_and_is_on_the_receipt(
    house: House, erased: Erased
) -> None:
    left = await kept(house, erased.call["id"])

    assert all(erased.rows.values())
    assert not any(left.values())
    assert erased.objects
    assert not erased.objects & house.recordings
    person = {"subjects": 1, "subject_identities": 1}
    assert erased.deleted == erased.rows | person | {"objects": len(erased.objects)}


@pytest.mark.parametrize("part", PARTS)
async def test_staff_find_nothing_of_the_call(firm: Business, erased: Erased, part: str) -> None:
    answer = await firm.http.get(f"/v1/calls/{erased.call['id']}{part}")

    assert answer.status_code == 404


async def test_no_object_and_no_log_holds_the_number_the_words_or_the_voice(
    house: House, erased: Erased
) -> None:
    seen = found_under({*erased.said, "http.serving"}, house.folder)

    assert seen == {"http.serving"}


async def test_who_is_erased_during_the_call_is_served_to_its_end_and_leaves_nothing(
    house: House, line: Line, ai: ScriptedAI, officer: Officer
) -> None:
    caller, before = a_number(), house.recordings
    ai.speech.hears("When do you open?")
    ai.plan(says("We open at half past nine."))

    async with line.call(caller) as person:
        await person.listen()
        await person.agree()
        await until(lambda: house.recordings - before, longest=LONG)
        call = await line.newest(caller)
        await officer.erase(caller)
        meanwhile = house.recordings
        await person.ask()
    await until(lambda: is_free(house), longest=LONG)

    assert person.call.by == "caller"
    assert meanwhile == house.recordings == before
    assert call
    assert not any((await kept(house, call["id"])).values())
    assert await line.newest(caller) is None

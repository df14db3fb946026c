"""A whole call, from the carrier's webhook to what is kept of it."""

from dataclasses import replace
from uuid import UUID

import pytest
import websockets
from sqlalchemy import text

from contactflow.events.contacts import ContactDeleted, ContactLinked, ContactUpdated
from contactflow.kernel import new_id
from contactflow.testing.ai import Calls, ScriptedAI, says
from contactflow.testing.clock import NOON
from contactflow.testing.ears import Ears
from contactflow.testing.waiting import until
from contactflow.voice.calls.contacts import Served
from contactflow.voice.calls.handlers import of_contacts
from contactflow.voice.carriers.media import STARTS_S
from services.voice.tests.media.studio import COMPLETED, OwnStudio
from services.voice.tests.players import Twilio
from services.voice.tests.session.caller import calling
from services.voice.tests.switchboard import Switchboard

ASK = "What are your opening hours?"
ANSWER = "We are open from half past seven."

HAS_A_HUMAN = text(
    "WITH theirs AS (UPDATE phone_numbers SET handover_e164 = '+33199000009') "
    "UPDATE agent_versions SET tools = CAST(:tools AS text[]) RETURNING version"
)


async def test_a_whole_call_leaves_its_record(
    studio: OwnStudio, twilio: Twilio, switchboard: Switchboard, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK)
    ai.plan(says(ANSWER))

    async with studio.call(twilio) as caller:
        await caller.agree()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await twilio.status("in-progress", 1)
        await caller.hang_up()
    await twilio.status("completed", 2)
    call = await studio.over(twilio)
    await until(studio.is_free)

    [listed] = (await switchboard.http.get("/v1/calls", headers=switchboard.staff)).json()["data"]
    path = f"/v1/calls/{listed['id']}/transcript"
    said = (await switchboard.http.get(path, headers=switchboard.staff)).json()["data"]
    assert [one["text"] for one in said if one["speaker"] == "caller"] == [ASK]
    assert said[-1]["text"] == ANSWER
    assert said[-1]["latency_ms"] > 0
    assert (listed["status"], listed["ended_by"], listed["missing"]) == ("completed", "caller", [])
    assert listed["latency"]["p50_ms"] == said[-1]["latency_ms"]
    assert (call.disclosure_wording_id, call.disclosure_confirmed) == ("disclosure/en/1", True)
    assert (call.consent, call.consent_by, call.disclosure_locale) == ("granted", "key", "en")
    assert studio.tapes.of[call.id].stereo
    [told] = await studio.rows(COMPLETED)
    assert told.body["turn_count"] == len(said)


async def test_the_model_is_told_who_it_is_and_what_holds(
    studio: OwnStudio, twilio: Twilio, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK)

    async with studio.call(twilio) as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        await caller.hang_up()
    await studio.over(twilio)

    [asked] = ai.requests
    told = asked.body["messages"][0]["content"]
    assert told.startswith("The bakery opens at 7:30.")
    assert "You are Bo, the AI assistant" in told
    assert "call take_message" in told


@pytest.mark.parametrize(
    ("tools", "instead"), [(["handover_to_human"], "handover_to_human"), ([], "take_message")]
)
async def test_a_caller_is_put_through_if_the_agent_has_that_tool(
    studio: OwnStudio, twilio: Twilio, ai: ScriptedAI, tools: list[str], instead: str
) -> None:
    await studio.rows(HAS_A_HUMAN, tools=tools)
    ai.speech.hears(ASK)

    async with studio.call(twilio) as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        await caller.hang_up()
    await studio.over(twilio)

    [asked] = ai.requests
    offered = {one["function"]["name"] for one in asked.body["tools"]}
    assert ("handover_to_human" in offered) == (instead == "handover_to_human")
    assert f"call {instead}" in asked.body["messages"][0]["content"]


async def test_the_agent_ends_the_call_by_the_carriers_api(
    studio: OwnStudio, twilio: Twilio, ai: ScriptedAI
) -> None:
    ai.speech.hears("Thank you, goodbye.")
    ai.plan(Calls("end_call", "{}"))

    async with studio.call(twilio) as caller:
        await caller.answered()
        caller.say("goodbye")
        call = await studio.over(twilio)

    assert call.ended_by == "agent"
    assert studio.api.told == [(twilio.sid, {"Status": "completed"})]


async def test_a_token_opens_one_socket(studio: OwnStudio, twilio: Twilio) -> None:
    url = studio.socket((await twilio.voice()).text)

    async with websockets.connect(url, additional_headers=studio.signed(url)):
        for wrong in (url, url[:-1]):
            assert await studio.refuses(wrong)


async def test_a_socket_that_names_another_call_ends_with_a_reason(
    studio: OwnStudio, twilio: Twilio
) -> None:
    url = studio.socket((await twilio.voice()).text)

    async with calling(url, "CA0", signed=studio.signed(url)) as caller:
        call = await studio.over(twilio)

    assert (call.ended_by, caller.socket.close_code) == ("protocol", 1008)
    await until(studio.is_free)


async def test_a_socket_that_says_nothing_ends_with_a_reason(
    studio: OwnStudio, twilio: Twilio
) -> None:
    url = studio.socket((await twilio.voice()).text)

    async with websockets.connect(url, additional_headers=studio.signed(url)) as silent:
        call = await studio.over(twilio, longest=3 * STARTS_S)
        await silent.wait_closed()

    assert (call.ended_by, silent.close_code) == ("protocol", 1003)
    await until(studio.is_free)


async def test_a_status_before_the_answer_is_no_harm(studio: OwnStudio, twilio: Twilio) -> None:
    await twilio.status("in-progress", 1)

    async with studio.call(twilio) as caller:
        await caller.answered()
        await caller.hang_up()
    call = await studio.over(twilio)

    assert (call.status, call.ended_by) == ("completed", "caller")
    assert len(await studio.rows(COMPLETED)) == 1


@pytest.mark.parametrize(
    ("language", "spoken"), [("fr", "fr"), ("en", "en"), ("de", "en"), (None, "en")]
)
async def test_a_caller_is_answered_in_the_language_that_crm_knows_them_by(
    studio: OwnStudio, twilio: Twilio, language: str | None, spoken: str
) -> None:
    async with studio.call(twilio) as caller:
        await caller.hang_up()
    first = await studio.over(twilio)
    linked = ContactLinked(contact_id=new_id(), service="voice", subject_id=first.subject_id)
    await heard(studio, linked, "en")
    changed = ContactUpdated(contact_id=linked.contact_id, fields=("name", "language"))
    await heard(studio, changed, language)
    await heard(studio, changed.model_copy(update={"fields": ("name",)}), "en")
    again = replace(twilio, sid="CA2")

    async with studio.call(again) as caller:
        await caller.answered()
        await caller.hang_up()

    assert first.disclosure_locale == "en"
    assert (await studio.over(again)).disclosure_locale == spoken


async def test_a_deleted_contact_leaves_a_call_neither_its_id_nor_its_language(
    studio: OwnStudio, twilio: Twilio
) -> None:
    async with studio.call(twilio) as caller:
        await caller.hang_up()
    call = await studio.over(twilio)
    linked = ContactLinked(contact_id=new_id(), service="voice", subject_id=call.subject_id)
    await heard(studio, linked, "fr")
    known = await studio.over(twilio)

    await heard(studio, ContactDeleted(contact_id=linked.contact_id), None)

    left = await studio.over(twilio)
    assert (known.contact_id, known.locale) == (linked.contact_id, "fr")
    assert (left.contact_id, left.locale) == (None, None)


async def test_what_was_spoken_with_a_caller_is_not_taken_for_their_language(
    studio: OwnStudio, twilio: Twilio
) -> None:
    async with studio.call(twilio) as caller:
        await caller.answered()
        await caller.hang_up()

    assert (await studio.over(twilio)).locale is None


async def heard(
    studio: OwnStudio, body: ContactLinked | ContactUpdated | ContactDeleted, language: str | None
) -> None:
    """What crm says of a contact who speaks that."""

    class Crm:
        async def get(self, _: UUID, contact_id: UUID) -> Served | None:
            return Served(language=language) if contact_id == body.contact_id else None

    await Ears(studio.on.works, of_contacts(Crm()), NOON).hear(studio.workspace_id, body)

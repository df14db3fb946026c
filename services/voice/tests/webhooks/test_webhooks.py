"""Webhooks over HTTP, on real PostgreSQL: repeated, late, in any order, forged."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from httpx import AsyncClient, Response
from sqlalchemy import text

from contactflow.kernel import decode, encode, new_id
from contactflow.persistence import Work
from contactflow.runtime.agents import SqlAgents
from contactflow.testing.agents import bo
from contactflow.testing.clock import FakeClock
from contactflow.testing.metrics import Measured
from contactflow.testing.rounds import erased
from contactflow.vault import Phone
from contactflow.voice.carriers.repository import SqlCarriers
from services.voice.tests.players import CALLER, Telnyx, Twilio
from services.voice.tests.switchboard import Switchboard

CALLS = text("SELECT status, subject_id, ended_by, is_live FROM calls ORDER BY id")
CALLS_BY_ID = text("SELECT id FROM calls ORDER BY id")
FORGET_THANKS = text("DELETE FROM phrases WHERE wording_id = 'thanks/en/1'")
FORGET_JOBS = text("DELETE FROM jobs WHERE name = 'voice.phrases.render'")
RENDERINGS = text("SELECT arguments FROM jobs WHERE name = 'voice.phrases.render'")
RESTRICT = text("UPDATE subjects SET restricted_at = now()")
HAS_A_HUMAN = text("UPDATE phone_numbers SET handover_e164 = '+33199000009'")
OUTCOMES = text("SELECT outcome, agent_version FROM calls ORDER BY id")
ANSWERS = text("SELECT id FROM jobs WHERE name = 'voice.telnyx.answer'")


async def rows(switchboard: Switchboard, statement: Any) -> list[Any]:
    async def look(work: Work) -> list[Any]:
        return list((await work.rows(statement)).all())

    return await switchboard.works.run(switchboard.workspace_id, look)


async def listed(switchboard: Switchboard, status: str = "") -> list[dict[str, Any]]:
    query = f"?status={status}" if status else ""
    answer = await switchboard.http.get(f"/v1/carrier-webhooks{query}", headers=switchboard.staff)
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


async def test_the_same_webhook_five_times_is_one_call_and_the_same_answer(
    twilio: Twilio, switchboard: Switchboard
) -> None:
    answers = [await twilio.voice() for _ in range(5)]

    assert {one.status_code for one in answers} == {200}
    assert len({one.text for one in answers}) == 1
    assert '<Connect><Stream url="wss://media.example/media/twilio/' in answers[0].text
    assert "</Connect><Say " in answers[0].text
    assert [one.status for one in await rows(switchboard, CALLS)] == ["ringing"]
    assert await listed(switchboard) == []


async def test_a_status_before_the_answer_begins_the_call_and_the_answer_goes_on_with_it(
    twilio: Twilio, switchboard: Switchboard
) -> None:
    early = await twilio.status("ringing", 0)
    answered = await twilio.voice()

    assert (early.status_code, answered.status_code) == (204, 200)
    assert "<Stream " in answered.text
    assert len(await rows(switchboard, CALLS)) == 1


async def test_a_call_that_is_over_is_not_answered(
    twilio: Twilio, switchboard: Switchboard
) -> None:
    await twilio.status("canceled", 3)
    await twilio.status("ringing", 1)

    late = await twilio.voice()

    assert late.text.endswith("<Response/>")
    [call] = await rows(switchboard, CALLS)
    assert (call.status, call.ended_by) == ("canceled", "caller")


async def test_who_is_erased_during_the_call_is_not_brought_back_by_its_end(
    twilio: Twilio, switchboard: Switchboard, clock: FakeClock
) -> None:
    await twilio.voice()
    await switchboard.works.run(
        switchboard.workspace_id, lambda work: erased(work, Phone(CALLER), by="voice")
    )
    clock.advance(timedelta(seconds=1))

    news = enumerate(("ringing", "in-progress", "completed"))
    late = [await twilio.status(status, sequence) for sequence, status in news]
    left = await rows(switchboard, CALLS)
    await Twilio(twilio.http, twilio.carrier_id).voice()

    assert [one.status_code for one in late] == [204, 204, 204]
    assert left == await listed(switchboard) == []
    assert len(await rows(switchboard, CALLS)) == 1


async def test_when_every_place_is_taken_the_carrier_says_so(
    http: AsyncClient, twilio: Twilio
) -> None:
    answers = [await Twilio(http, twilio.carrier_id).voice() for _ in range(3)]

    assert ["<Stream " in one.text for one in answers] == [True, True, False]
    assert "All our lines are busy" in answers[2].text


async def test_an_agent_that_lacks_a_phrase_has_it_made(
    twilio: Twilio, switchboard: Switchboard
) -> None:
    for forget in (FORGET_THANKS, FORGET_JOBS):
        await switchboard.works.run(switchboard.workspace_id, partial(Work.rows, statement=forget))

    answer = await twilio.voice()

    assert "<Stream " not in answer.text
    [promised] = await rows(switchboard, RENDERINGS)
    assert promised.arguments["agent_id"] == str(decode("agt", switchboard.agent))


async def do(switchboard: Switchboard, *statements: Any) -> None:
    for one in statements:
        await switchboard.works.run(switchboard.workspace_id, partial(Work.rows, statement=one))


async def test_who_has_their_data_restricted_is_answered_by_no_agent(
    http: AsyncClient, twilio: Twilio, switchboard: Switchboard
) -> None:
    await twilio.voice()
    await do(switchboard, RESTRICT)
    nobody = Twilio(http, twilio.carrier_id)
    alone = [await nobody.voice() for _ in range(2)]
    await nobody.status("completed", 1)
    await do(switchboard, HAS_A_HUMAN)
    with_a_human = [await twilio.voice() for _ in range(2)]

    assert {"<Stream " in one.text for one in alone + with_a_human} == {False}
    assert {"the call cannot go on" in one.text for one in alone} == {True}
    assert {">+33199000009</Dial>" in one.text for one in with_a_human} == {True}
    assert {*await rows(switchboard, OUTCOMES)} == {("restricted", None), ("handed_over", None)}
    sorry = await twilio.dial("busy")
    assert "nobody can take your call" in sorry.text


async def test_a_number_whose_agent_was_deleted_is_answered_by_a_human_or_by_nobody(
    http: AsyncClient, twilio: Twilio, switchboard: Switchboard
) -> None:
    agent = bo(decode("agt", switchboard.agent), version=2, languages=("fr", "en"))
    await switchboard.works.run(switchboard.workspace_id, lambda work: SqlAgents(work).keep(agent))
    await retire(switchboard)
    await do(switchboard, FORGET_JOBS)
    alone = [await Twilio(http, twilio.carrier_id).voice() for _ in range(2)]
    await do(switchboard, HAS_A_HUMAN)
    with_a_human = [await twilio.voice() for _ in range(2)]

    assert {"Toutes nos lignes sont occupées" in one.text for one in alone} == {True}
    assert {">+33199000009</Dial>" in one.text for one in with_a_human} == {True}
    assert [one.outcome for one in await rows(switchboard, OUTCOMES)] == [None, None, "handed_over"]
    assert await rows(switchboard, RENDERINGS) == []


async def retire(switchboard: Switchboard) -> None:
    """The agent of its numbers was deleted."""
    agent_id = decode("agt", switchboard.agent)
    await switchboard.works.run(
        switchboard.workspace_id, lambda work: SqlAgents(work).retire(agent_id)
    )


async def test_one_caller_is_one_person_and_who_withholds_is_nobody_known(
    http: AsyncClient, twilio: Twilio, switchboard: Switchboard
) -> None:
    for caller in (CALLER, CALLER, "anonymous", "anonymous"):
        await Twilio(http, twilio.carrier_id).voice(From=caller)

    people = [one.subject_id for one in await rows(switchboard, CALLS)]

    assert people[0] == people[1]
    assert len({*people}) == 3


async def test_a_number_that_is_not_ours_is_kept_and_visible(
    twilio: Twilio, switchboard: Switchboard
) -> None:
    answer = await twilio.voice(To="+33140205051")

    assert "<Reject " in answer.text
    [shown] = await listed(switchboard, "unknown")
    assert (shown["code"], shown["carrier_id"]) == ("unknown_number", twilio.carrier_id)
    assert CALLER not in str(shown)
    assert await rows(switchboard, CALLS) == []
    assert await listed(switchboard, f"unknown&created_after={shown['received_at']}") == []


async def test_an_event_that_nobody_knows_is_kept_and_visible(
    twilio: Twilio, telnyx: Telnyx, switchboard: Switchboard
) -> None:
    await twilio.status("levitating", 1)
    await telnyx.post("fax.received")

    assert {one["code"] for one in await listed(switchboard, "unknown")} == {"unknown_event"}
    assert len(await listed(switchboard)) == 2
    assert await listed(switchboard, "failed") == []


async def test_a_webhook_that_the_database_refuses_is_kept_with_the_kind_of_error(
    twilio: Twilio, switchboard: Switchboard
) -> None:
    twilio.sid = "CA\0"

    answer = await twilio.voice()

    assert answer.status_code == 500
    assert [one["code"] for one in await listed(switchboard, "failed")] == ["DBAPIError"]


@pytest.mark.parametrize("forged", ["token", "body"])
async def test_a_forged_webhook_is_refused_counted_and_not_kept(
    twilio: Twilio,
    switchboard: Switchboard,
    caplog: pytest.LogCaptureFixture,
    measured: Measured,
    forged: str,
) -> None:
    if forged == "token":
        twilio.token = "another"
        answer = await twilio.voice()
    else:
        path = f"/webhooks/twilio/{twilio.carrier_id}/voice"
        answer = await twilio.http.post(path, content=b"CallSid=CA1")

    assert (answer.status_code, answer.json()["code"]) == (403, "bad_signature")
    assert await rows(switchboard, CALLS) == []
    assert await listed(switchboard) == []
    [said] = [one for one in caplog.records if one.message == "webhook.bad_signature"]
    assert said.levelno == logging.WARNING
    assert measured.since("contactflow_webhooks_bad_signature_total", kind="twilio") == 1
    route = "/webhooks/twilio/{carrier_id}/voice"
    told = {"http_route": route, "http_response_status_code": "403"}
    assert measured.since("http_server_request_duration_seconds_count", **told) == 1


async def test_webhooks_of_a_carrier_wait_for_nobody_else_at_it(
    twilio: Twilio, switchboard: Switchboard
) -> None:
    """Else whoever forges many holds up the real ones."""

    async def meanwhile(work: Work) -> Response:
        await SqlCarriers(work).get(decode("car", twilio.carrier_id))
        return await twilio.voice()

    answer = await switchboard.works.run(switchboard.workspace_id, meanwhile)

    assert answer.status_code == 200
    assert "<Stream " in answer.text


@pytest.mark.parametrize("forged", ["key", "time", "nothing"])
async def test_a_forged_event_is_refused_counted_and_not_kept(
    telnyx: Telnyx, switchboard: Switchboard, measured: Measured, forged: str
) -> None:
    if forged == "key":
        telnyx.key = Ed25519PrivateKey.generate()
    elif forged == "time":
        now, long_ago = telnyx.clock(), timedelta(seconds=301)
        telnyx.clock = lambda: now - long_ago
    if forged == "nothing":
        answer = await telnyx.http.post(f"/webhooks/telnyx/{telnyx.carrier_id}", json={})
    else:
        answer = await telnyx.post("call.initiated", direction="incoming")

    assert (answer.status_code, answer.json()["code"]) == (403, "bad_signature")
    assert await rows(switchboard, CALLS) == await listed(switchboard) == []
    assert measured.since("contactflow_webhooks_bad_signature_total", kind="telnyx") == 1


@pytest.mark.parametrize("carrier", [encode("car", new_id()), "car_x", "{telnyx}"])
async def test_a_carrier_that_is_not_there_is_not_found(
    twilio: Twilio, telnyx: Telnyx, carrier: str
) -> None:
    twilio.carrier_id = carrier.format(telnyx=telnyx.carrier_id)

    assert (await twilio.voice()).status_code == 404


async def test_a_body_that_is_too_long_is_not_read(twilio: Twilio) -> None:
    path = f"/webhooks/twilio/{twilio.carrier_id}/voice"

    answer = await twilio.http.post(path, content=b"x" * (64 * 1024 + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_telnyx_is_answered_by_one_durable_command(
    telnyx: Telnyx, switchboard: Switchboard
) -> None:
    answers = [await telnyx.post("call.initiated", direction="incoming") for _ in range(5)]

    assert {one.status_code for one in answers} == {200}
    [call] = await rows(switchboard, CALLS)
    assert call.status == "ringing"
    assert len(await rows(switchboard, ANSWERS)) == 1


async def test_news_of_telnyx_in_any_order_end_the_call(
    telnyx: Telnyx, switchboard: Switchboard
) -> None:
    await telnyx.post("call.hangup", hangup_cause="originator_cancel")
    await telnyx.post("call.answered")
    await telnyx.post("streaming.started")

    [call] = await rows(switchboard, CALLS)
    assert call.status == "canceled"
    assert await listed(switchboard) == []

"""Nobody takes a call that was handed over to a person: the caller is told, and the record."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from contactflow.kernel import Locale, decode
from contactflow.messaging import Jobs
from contactflow.messaging.reactions import dropped
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.testing.serving import serving
from contactflow.voice.calls import service
from contactflow.voice.calls.evidence import Disclosure, Ending, Evidence
from contactflow.voice.calls.promises import HangUp
from contactflow.voice.calls.repository import APOLOGY, SqlCalls
from contactflow.voice.carriers.telnyx.handover import state
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.webhooks.commanding import Commanding
from services.voice.tests.media.fakes import TelnyxApi
from services.voice.tests.players import Telnyx, Twilio
from services.voice.tests.switchboard import Switchboard
from services.voice.tests.webhooks.test_webhooks import CALLS_BY_ID, listed, rows

OUTCOMES = text("SELECT outcome, status, ended_by FROM calls")
TOLD = text(
    "SELECT type FROM outbox WHERE type IN ('call.completed', 'call.handover_failed') "
    "ORDER BY position"
)
APOLOGIES = text("SELECT id FROM jobs WHERE name = 'voice.telnyx.apologise'")
SORRY = "We are sorry, nobody can take your call now."
DESOLE = "Nous sommes désolés, personne ne peut prendre votre appel"


async def handed_over(
    switchboard: Switchboard, played: Twilio | Telnyx, clock: FakeClock, locale: Locale = "en"
) -> None:
    """As by the media process that had the call."""

    async def carry(work: Work) -> None:
        calls = SqlCalls(work)
        call = await calls.known(decode("car", played.carrier_id), played.sid)
        assert call
        call.answer(1, at=clock())
        told = Disclosure(f"disclosure.{locale}.1", locale, 0, 3000, confirmed=True)
        ending = Ending("handed_over", Evidence(told, "not_asked"))
        await service.end(calls, call_id=call.id, ending=ending, at=clock())

    await switchboard.works.run(switchboard.workspace_id, carry)


@pytest.fixture
async def api() -> TelnyxApi:
    return TelnyxApi()


@pytest.fixture
async def worker(
    on: Platform[VoiceSettings], api: TelnyxApi, clock: FakeClock
) -> AsyncIterator[Jobs]:
    async with serving(api.app) as url:
        rest = TelnyxRest(url)
        mine = Commanding(on.works, rest).jobs
        yield Jobs(on.works, on.system, mine, clock=clock, changes=on.changes)
        await rest.aclose()


async def work(worker: Jobs) -> None:
    while await worker.once():
        """Whatever is due."""


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed"])
@pytest.mark.parametrize(("locale", "words"), [("en", SORRY), ("fr", DESOLE)])
async def test_twilio_is_told_what_to_say_and_the_record_says_that_it_failed(
    twilio: Twilio,
    switchboard: Switchboard,
    clock: FakeClock,
    status: str,
    locale: Locale,
    words: str,
) -> None:
    await twilio.voice()
    await handed_over(switchboard, twilio, clock, locale)

    answers = [await twilio.dial(status) for _ in range(2)]
    await twilio.status("completed", 2)

    assert len({one.text for one in answers}) == 1
    assert words in answers[0].text
    assert answers[0].text.endswith("<Hangup/></Response>")
    [call] = await rows(switchboard, OUTCOMES)
    assert tuple(call) == ("handover_failed", "completed", "handed_over")
    told = [one.type for one in await rows(switchboard, TOLD)]
    assert told == ["call.completed", "call.handover_failed"]


@pytest.mark.parametrize("status", ["completed", "answered", "canceled"])
async def test_who_was_put_through_hears_no_apology(
    twilio: Twilio, switchboard: Switchboard, clock: FakeClock, status: str
) -> None:
    await twilio.voice()
    await handed_over(switchboard, twilio, clock)

    answer = await twilio.dial(status)

    assert "<Say" not in answer.text
    assert [one.outcome for one in await rows(switchboard, OUTCOMES)] == ["handed_over"]
    assert await listed(switchboard) == []


async def test_who_was_erased_meanwhile_is_told_all_the_same(
    twilio: Twilio, switchboard: Switchboard, clock: FakeClock
) -> None:
    await twilio.voice()
    await handed_over(switchboard, twilio, clock)

    async def erase(work: Work) -> None:
        calls = SqlCalls(work)
        call = await calls.known(decode("car", twilio.carrier_id), twilio.sid)
        assert call
        await calls.people.remove(call.person)

    await switchboard.works.run(switchboard.workspace_id, erase)

    assert SORRY in (await twilio.dial("busy")).text
    assert await rows(switchboard, OUTCOMES) == []


async def test_a_forged_answer_changes_nothing(
    twilio: Twilio, switchboard: Switchboard, clock: FakeClock
) -> None:
    await twilio.voice()
    await handed_over(switchboard, twilio, clock)
    twilio.token = "another"

    assert (await twilio.dial("busy")).status_code == 403
    assert [one.outcome for one in await rows(switchboard, OUTCOMES)] == ["handed_over"]


async def test_telnyx_says_it_once_and_then_hangs_up(
    telnyx: Telnyx, switchboard: Switchboard, clock: FakeClock, worker: Jobs, api: TelnyxApi
) -> None:
    await telnyx.post("call.initiated", direction="incoming")
    await handed_over(switchboard, telnyx, clock, "fr")

    for event, said in news(telnyx, "user_busy"):
        await telnyx.post(event, **said)
    await work(worker)
    at_once = did(api, telnyx)
    clock.advance(APOLOGY)
    await work(worker)

    [(first, said)] = at_once
    assert (first, said["language"]) == ("speak", "fr-FR")
    assert [action for action, _ in did(api, telnyx)] == ["speak", "hangup"]
    assert said["payload"].startswith(DESOLE)
    assert [one.outcome for one in await rows(switchboard, OUTCOMES)] == ["handover_failed"]
    assert await listed(switchboard) == []


@pytest.mark.parametrize("cause", ["normal_clearing", "originator_cancel"])
async def test_telnyx_leaves_those_alone_who_speak_or_did_not_wait(
    telnyx: Telnyx,
    switchboard: Switchboard,
    clock: FakeClock,
    worker: Jobs,
    api: TelnyxApi,
    cause: str,
) -> None:
    await telnyx.post("call.initiated", direction="incoming")
    await handed_over(switchboard, telnyx, clock)

    for event, said in news(telnyx, cause):
        await telnyx.post(event, **said)
    clock.advance(APOLOGY)
    await work(worker)

    assert did(api, telnyx) == []
    assert [one.outcome for one in await rows(switchboard, OUTCOMES)] == ["handed_over"]
    assert await listed(switchboard) == []


async def test_an_apology_is_tried_again_as_the_same_command_until_the_caller_is_gone(
    telnyx: Telnyx, switchboard: Switchboard, clock: FakeClock, worker: Jobs, api: TelnyxApi
) -> None:
    await telnyx.post("call.initiated", direction="incoming")
    await handed_over(switchboard, telnyx, clock)
    _, (event, said) = news(telnyx, "timeout")

    api.status = 503
    await telnyx.post(event, **said)
    await work(worker)
    api.status = 422
    clock.advance(APOLOGY)
    await work(worker)

    ids = [told["command_id"] for action, told in did(api, telnyx) if action == "speak"]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert await rows(switchboard, APOLOGIES) == []


@pytest.mark.parametrize("command", ["speak", "hangup"])
async def test_a_command_that_was_sent_is_not_taken_for_one_about_somebody_who_is_gone(
    telnyx: Telnyx, switchboard: Switchboard, on: Platform[VoiceSettings], command: str
) -> None:
    await telnyx.post("call.initiated", direction="incoming")
    [call] = await rows(switchboard, CALLS_BY_ID)
    due, api = HangUp(workspace_id=switchboard.workspace_id, call_id=call.id), TelnyxApi()

    async with serving(api.app) as url:
        rest = TelnyxRest(url)
        hang_up, apologise = Commanding(on.works, rest).jobs
        apply = await (hang_up if command == "hangup" else apologise).prepare(due)
        await rest.aclose()

    assert [action for action, _ in did(api, telnyx)] == [command]
    assert apply is not dropped


def did(api: TelnyxApi, telnyx: Telnyx) -> list[tuple[str, dict[str, Any]]]:
    """What Telnyx was told about this call; the worker may have others to tell of."""
    return [(action, said) for call, action, said in api.told if call == telnyx.sid]


def news(telnyx: Telnyx, cause: str) -> list[tuple[str, dict[str, Any]]]:
    """Of the leg to the person, which is a call of its own."""
    leg = {
        "call_control_id": f"{telnyx.sid}-2",
        "direction": "outgoing",
        "to": "+33199000009",
        "client_state": state(telnyx.sid),
    }
    return [("call.initiated", leg), ("call.hangup", leg | {"hangup_cause": cause})]

"""Calls of which the carrier never says that they are over: they end all the same, once."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from contactflow.kernel import decode
from contactflow.messaging import Jobs
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.voice.calls import handlers
from contactflow.voice.calls.evidence import Evidence
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.places.model import UNCLAIMED
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.webhooks.service import COMES
from services.voice.tests.players import Telnyx, Twilio
from services.voice.tests.switchboard import Switchboard
from services.voice.tests.webhooks.test_webhooks import HAS_A_HUMAN, RESTRICT, do, rows

HANG_UPS = text("SELECT arguments FROM jobs WHERE name = 'voice.telnyx.hang_up'")
CALLS = text("SELECT status, ended_by, missing, is_live FROM calls ORDER BY id")
COMPLETED = text("SELECT count(*) AS times FROM outbox WHERE type = 'call.completed' GROUP BY key")


@pytest.fixture
async def worker(on: Platform[VoiceSettings], clock: FakeClock) -> Jobs:
    return Jobs(on.works, on.system, handlers.closing(clock), clock=clock, changes=on.changes)


async def done(worker: Jobs) -> None:
    while await worker.once():
        """Until nothing is due."""


async def is_told(switchboard: Switchboard) -> list[Any]:
    return [one.times for one in await rows(switchboard, COMPLETED)]


async def test_a_call_whose_socket_never_comes_ends_once(
    worker: Jobs, twilio: Twilio, switchboard: Switchboard, clock: FakeClock
) -> None:
    await twilio.voice()
    clock.advance(UNCLAIMED)
    await done(worker)
    before = await is_told(switchboard)

    for _ in range(2):
        clock.advance(COMES)
        await done(worker)

    assert before == []
    [call] = await rows(switchboard, CALLS)
    assert (call.status, call.ended_by, call.missing) == ("no_answer", "line", [])
    assert await is_told(switchboard) == [1]


async def test_a_call_that_is_refused_as_busy_ends(
    worker: Jobs, http: AsyncClient, twilio: Twilio, switchboard: Switchboard, clock: FakeClock
) -> None:
    for _ in range(3):
        told = await Twilio(http, twilio.carrier_id).voice()

    clock.advance(COMES)
    await done(worker)

    assert "All our lines are busy" in told.text
    assert {one.status for one in await rows(switchboard, CALLS)} == {"no_answer"}
    assert await is_told(switchboard) == [1, 1, 1]


async def test_the_carrier_is_told_if_it_would_leave_the_caller_on_the_line(
    worker: Jobs, telnyx: Telnyx, twilio: Twilio, switchboard: Switchboard, clock: FakeClock
) -> None:
    await telnyx.post("call.initiated", direction="incoming")
    await twilio.voice()

    clock.advance(COMES)
    await done(worker)

    assert await is_told(switchboard) == [1, 1]
    [due] = await rows(switchboard, HANG_UPS)
    carriers = text(f"SELECT carrier_id FROM calls WHERE id = '{due.arguments['call_id']}'")
    [call] = await rows(switchboard, carriers)
    assert call.carrier_id == decode("car", telnyx.carrier_id)


async def test_who_was_sent_to_a_human_is_not_cut_off(
    worker: Jobs, telnyx: Telnyx, switchboard: Switchboard, clock: FakeClock
) -> None:
    await telnyx.post("call.initiated", direction="incoming")
    await do(switchboard, RESTRICT, HAS_A_HUMAN)
    await telnyx.post("call.initiated", direction="incoming")

    clock.advance(COMES)
    await done(worker)

    [call] = await rows(switchboard, CALLS)
    assert call.ended_by == "handed_over"
    assert await rows(switchboard, HANG_UPS) == []


@pytest.mark.parametrize(("by", "hung_up"), [("handed_over", 0), ("line", 1)])
async def test_who_speaks_with_a_human_is_not_cut_off_when_the_media_process_dies(
    worker: Jobs, telnyx: Telnyx, switchboard: Switchboard, clock: FakeClock, by: str, hung_up: int
) -> None:
    await telnyx.post("call.initiated", direction="incoming")

    async def carry(work: Work) -> None:
        calls = SqlCalls(work)
        call = await calls.known(decode("car", telnyx.carrier_id), telnyx.sid)
        assert call
        call.answer(1, at=clock())
        call.note(Evidence(handed_over=by == "handed_over"), at=clock())
        await calls.close_later(call.id, at=clock())

    await switchboard.works.run(switchboard.workspace_id, carry)
    await done(worker)

    [call] = await rows(switchboard, CALLS)
    assert (call.ended_by, call.is_live) == (by, False)
    assert len(await rows(switchboard, HANG_UPS)) == hung_up


async def test_a_call_that_the_carrier_ended_stays_as_it_ended(
    worker: Jobs, telnyx: Telnyx, switchboard: Switchboard, clock: FakeClock
) -> None:
    await telnyx.post("call.initiated", direction="incoming")
    await telnyx.post("call.hangup", hangup_cause="originator_cancel")

    clock.advance(COMES)
    await done(worker)

    [call] = await rows(switchboard, CALLS)
    assert (call.status, call.ended_by) == ("canceled", "caller")
    assert await is_told(switchboard) == [1]
    assert await rows(switchboard, HANG_UPS) == []


async def test_a_call_that_is_carried_goes_on(
    worker: Jobs, twilio: Twilio, switchboard: Switchboard, clock: FakeClock
) -> None:
    await twilio.voice()

    async def answer(work: Work) -> None:
        calls = SqlCalls(work)
        call = await calls.known(decode("car", twilio.carrier_id), twilio.sid)
        assert call
        assert call.answer(1, at=clock())

    await switchboard.works.run(switchboard.workspace_id, answer)
    clock.advance(COMES)
    await done(worker)

    [call] = await rows(switchboard, CALLS)
    assert call.is_live
    assert await is_told(switchboard) == []

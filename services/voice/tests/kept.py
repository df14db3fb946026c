"""A call that is over, with everything that is kept of one."""

from datetime import datetime, timedelta

from contactflow.kernel import decode, new_id
from contactflow.persistence import Work
from contactflow.testing.clock import NOON
from contactflow.voice.calls import service
from contactflow.voice.calls.contents import CallRecording, FollowUp, Summary, Turn
from contactflow.voice.calls.evidence import Disclosure, Ending, Evidence, Latencies
from contactflow.voice.calls.model import Call, Line
from contactflow.voice.calls.repository import SqlCalls
from services.voice.tests.switchboard import NUMBER, Switchboard

CALLER = "+14158675309"
SAID = "When do you open on Sundays?"
TOLD = Disclosure("disclosure.en.1", "en", 120, 3200, confirmed=True)


async def kept(switchboard: Switchboard, caller: str | None = CALLER) -> Call:
    return await switchboard.works.run(
        switchboard.workspace_id, lambda work: _kept(work, switchboard, caller)
    )


async def answered(switchboard: Switchboard, caller: str | None = CALLER) -> Call:
    """One that is going on."""
    return await switchboard.works.run(
        switchboard.workspace_id, lambda work: _answered(work, switchboard, caller)
    )


async def _answered(work: Work, switchboard: Switchboard, caller: str | None) -> Call:
    line = Line(
        decode("car", switchboard.carrier["id"]),
        new_id().hex,
        caller,
        decode("num", switchboard.number["id"]),
        NUMBER,
        decode("agt", switchboard.agent),
        "consent",
    )
    call = await service.ring(SqlCalls(work), line, at=NOON)
    call.answer(1, at=NOON)
    await work.session.flush()
    return call


async def _kept(work: Work, switchboard: Switchboard, caller: str | None) -> Call:
    call = await _answered(work, switchboard, caller)
    call.turn_count, call.has_recording = 1, True
    told = Evidence(TOLD, "granted", "key", 9, "consent/en/2", 30_000)
    call.end(Ending("agent", told), Latencies(1, 4, 5), at=_later(60))
    work.session.add_all(_contents(call))
    return call


def _contents(call: Call) -> list[Turn | Summary | FollowUp | CallRecording]:
    turn = Turn(call_id=call.id, seq=1, speaker="caller", started_ms=4000, ended_ms=5500)
    turn.about(call.person, new_id())
    turn.text, turn.interrupted, turn.latency_ms = SAID, False, None
    summary = Summary(call_id=call.id, intent="question", generated_at=_later(70))
    summary.about(call.person, call.id)
    summary.text = "Asked for Sundays."
    asked = FollowUp(call_id=call.id, kind="callback", callback_at=None, created_at=_later(50))
    asked.about(call.person, new_id())
    asked.text = "Call me back."
    recording = CallRecording(call_id=call.id, state="stored", segments=1, bytes=16, started_ms=9)
    recording.about(call.person, new_id())
    return [turn, summary, asked, recording]


def _later(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)

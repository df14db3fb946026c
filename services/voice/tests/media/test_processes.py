"""A media process that is killed, and one that is told to stop, during a call."""

import os
import signal
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
import websockets
from psutil import Process as Machine
from websockets.frames import CloseCode

from contactflow.kernel import PLATFORM_WORKSPACE_ID, system_clock
from contactflow.messaging import Jobs
from contactflow.runtime import Platform
from contactflow.runtime.server import LARGEST
from contactflow.testing.ai import Calls, ScriptedAI, says
from contactflow.testing.database import Engines
from contactflow.testing.waiting import until
from contactflow.voice.calls import handlers
from contactflow.voice.places.model import LOOKS, SILENT
from contactflow.voice.settings import VoiceSettings
from services.voice.tests.conftest import told
from services.voice.tests.media.fakes import TwilioApi
from services.voice.tests.media.offline import sitecustomize
from services.voice.tests.media.offline.sitecustomize import GUARDED, REFUSED
from services.voice.tests.media.process import Running, running
from services.voice.tests.media.studio import COMPLETED, MEDIA, Studio, is_open
from services.voice.tests.media.test_call import HAS_A_HUMAN
from services.voice.tests.players import Twilio
from services.voice.tests.session.caller import Caller


@pytest.fixture
def drain() -> float:
    """Seconds that a call may go on once the process is told to stop."""
    return 1


@pytest.fixture
def env(
    engines: Engines, ai: ScriptedAI, on_air: Platform[VoiceSettings], tmp_path: Path, drain: float
) -> dict[str, str]:
    """Of the process."""
    said = told(engines) | {
        "object_store_url": tmp_path.as_uri(),
        "openai_base_url": ai.base_url,
        "openai_model": ai.model,
        "media_public_url": MEDIA,
        "media_drain": str(drain),
        "twilio_api_url": on_air.settings.twilio_api_url,
        "port": "0",
        "pythonpath": str(Path(sitecustomize.__file__).parent),
        "path": os.environ["PATH"],  # noqa: TID251  where programs are is the machine's business
    }
    return {name.upper(): value for name, value in said.items()}


@pytest.fixture
async def process(env: dict[str, str], emptied: None, tmp_path: Path) -> AsyncIterator[Running]:
    async with running("media", env, tmp_path / "log") as process:
        yield process


@pytest.fixture
async def elsewhere(
    process: Running, on_air: Platform[VoiceSettings], workspace_id: UUID, api: TwilioApi
) -> Studio:
    """Where the process's calls are seen."""
    studio = Studio(on_air, workspace_id, f"http://127.0.0.1:{process.port}", api)
    await until(partial(is_open, on_air))
    return studio


async def talks(caller: Caller) -> None:
    """The phrases are silent here: what is heard is the model's answer."""
    await caller.hears_silence()
    await caller.ask("opening_hours")
    await caller.hears_silence()


class Worker:
    """What a worker does some time later."""

    def __init__(self, on: Platform[VoiceSettings], after: timedelta) -> None:
        self._on, self._after = on, after

    async def work(self) -> None:
        close_lost = partial(handlers.close_lost, clock=self._clock)
        for _ in range(LOOKS):
            await self._on.system.run(PLATFORM_WORKSPACE_ID, close_lost)
        mine, on = handlers.closing(self._clock), self._on
        jobs = Jobs(on.works, on.system, mine, clock=self._clock, changes=on.changes)
        while await jobs.once():
            pass

    def _clock(self) -> datetime:
        return system_clock() + self._after


async def test_a_call_whose_process_is_killed_is_closed_once_and_says_what_is_missing(
    process: Running, elsewhere: Studio, twilio: Twilio, ai: ScriptedAI
) -> None:
    ai.speech.hears("When do you open?")
    ai.otherwise = says("At half past seven.")

    async with elsewhere.call(twilio) as caller:
        await talks(caller)
        process.tell(signal.SIGKILL)
        await process.ended()
    await twilio.status("completed", 2)
    early, late = (Worker(elsewhere.on, after) for after in (SILENT / 2, 2 * SILENT))
    await early.work()
    before = await elsewhere.kept(twilio)
    for _ in range(3):
        await late.work()
    call = await elsewhere.kept(twilio)

    assert before.status == "in_progress"
    assert (call.status, call.ended_by) == ("completed", "line")
    assert call.missing == ["transcript", "recording"]
    assert call.disclosure_confirmed
    [completed] = await elsewhere.rows(COMPLETED)
    assert completed.body["turn_count"] == call.turn_count > 2


async def test_a_call_whose_process_is_killed_once_it_was_handed_over_is_one_that_was(
    process: Running, elsewhere: Studio, twilio: Twilio, ai: ScriptedAI
) -> None:
    await elsewhere.rows(HAS_A_HUMAN, tools=["handover_to_human"])
    ai.speech.hears("A person please.")
    ai.plan(Calls("handover_to_human", "{}"))

    async def is_noted() -> bool:
        return bool((await elsewhere.kept(twilio)).outcome)

    async with elsewhere.call(twilio) as caller:
        await caller.hears_silence()
        caller.say("a_person")
        await until(is_noted)
        process.tell(signal.SIGKILL)
        await process.ended()
    before = await elsewhere.kept(twilio)
    await Worker(elsewhere.on, 2 * SILENT).work()
    call = await elsewhere.kept(twilio)

    assert (before.ended_at, before.is_live) == (None, True)
    assert (call.ended_by, call.outcome) == ("handed_over", "handed_over")


async def test_a_process_that_is_told_to_stop_lets_calls_go_on_and_parts_with_a_word(
    process: Running, elsewhere: Studio, twilio: Twilio, ai: ScriptedAI
) -> None:
    ai.speech.hears("When do you open?")
    ai.otherwise = says("At half past seven.")

    async with elsewhere.call(twilio) as caller:
        await talks(caller)
        process.tell(signal.SIGTERM)
        call = await elsewhere.over(twilio)

    assert await process.ended() == 0
    assert (call.ended_by, call.missing) == ("drain", [])
    assert elsewhere.api.told == [(twilio.sid, {"Status": "completed"})]
    assert await elsewhere.is_free()
    assert not [one for one in process.said if one["level"] == "error"]


@pytest.mark.parametrize("drain", [60])
async def test_a_process_that_is_told_to_stop_lets_who_calls_have_their_answer(
    process: Running, elsewhere: Studio, twilio: Twilio, ai: ScriptedAI
) -> None:
    ai.speech.hears("When do you open?")
    ai.plan(says("At half past seven."))

    async with elsewhere.call(twilio) as caller:
        await caller.hears_silence()
        process.tell(signal.SIGTERM)
        await until(partial(elsewhere.is_closed, twilio))
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    call = await elsewhere.over(twilio)

    assert await process.ended() == 0
    assert call.ended_by == "caller"
    assert "At half past seven." in ai.speech.spoken


async def test_a_whole_call_reaches_nobody_but_those_it_was_told_of(
    process: Running, elsewhere: Studio, twilio: Twilio, ai: ScriptedAI
) -> None:
    ai.speech.hears("When do you open?", "Take a message.")
    ai.plan(says("At half past seven."), Calls("take_message", '{"text": "Hello."}'))

    async with elsewhere.call(twilio) as caller:
        await talks(caller)
        await talks(caller)
        remote = {
            one.raddr.ip for one in Machine(process.process.pid).net_connections() if one.raddr
        }
        await caller.hang_up()
    call = await elsewhere.over(twilio)
    process.tell(signal.SIGTERM)

    assert await process.ended() == 0
    assert (call.ended_by, call.missing, call.turn_count > 4) == ("caller", [], True)
    events = [one["event"] for one in process.said]
    assert GUARDED in events
    assert REFUSED not in events
    assert remote == {"127.0.0.1"}


async def test_a_message_that_is_too_long_ends_the_call_with_a_reason(
    process: Running, elsewhere: Studio, twilio: Twilio
) -> None:
    async with elsewhere.call(twilio) as caller:
        await caller.socket.send("x" * (LARGEST + 1))
        call = await elsewhere.over(twilio)
        await caller.socket.wait_closed()

    assert caller.socket.close_code == CloseCode.MESSAGE_TOO_BIG
    assert (call.status, call.ended_by, call.missing) == ("completed", "protocol", [])
    await until(elsewhere.is_free)
    assert not [one for one in process.said if one["level"] == "error"]


async def test_what_is_logged_of_a_call_names_it(
    process: Running, elsewhere: Studio, twilio: Twilio
) -> None:
    url = elsewhere.socket((await twilio.voice()).text)

    async with websockets.connect(url, additional_headers=elsewhere.signed(url)) as stranger:
        await stranger.send("GET / HTTP/1.1")
        call = await elsewhere.over(twilio)

    [said] = [one for one in process.said if one["event"] == "call.refused"]
    assert (said["call_id"], said["reason"]) == (str(call.id), "not_the_protocol")

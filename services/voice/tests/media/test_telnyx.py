"""Whole calls that Telnyx brings: webhooks, a command that answers, a media socket of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from contactflow.kernel import Clock
from contactflow.messaging import Jobs
from contactflow.runtime import Platform
from contactflow.testing.ai import Calls, ScriptedAI, says
from contactflow.testing.waiting import until
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.places.model import Tokens
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.webhooks.answering import Answering
from contactflow.voice.webhooks.commanding import Commanding
from services.voice.tests.media.fakes import TelnyxApi
from services.voice.tests.media.studio import COMPLETED, MEDIA, OwnStudio
from services.voice.tests.players import Telnyx
from services.voice.tests.session.caller import Caller, TelnyxCaller, calling
from services.voice.tests.switchboard import Switchboard

ASK = "What are your opening hours?"
ANSWER = "We are open from half past seven."


@dataclass
class Line:
    """From Telnyx to a media process; `worker` does what was promised to Telnyx."""

    telnyx: Telnyx
    api: TelnyxApi
    worker: Jobs
    studio: OwnStudio

    async def ring(self) -> str:
        """Where Telnyx is told to bring the audio."""
        await self.telnyx.post("call.initiated", direction="incoming")
        await self.work()
        [(call, action, said)] = self.api.told
        assert (call, action) == (self.telnyx.sid, "answer")
        return str(said["stream_url"]).replace(MEDIA, self.studio.url.replace("http", "ws"))

    @asynccontextmanager
    async def call(self) -> AsyncIterator[Caller]:
        """Somebody calls; at the end they have left."""
        async with calling(await self.ring(), self.telnyx.sid, TelnyxCaller) as caller:
            await self.telnyx.post("call.answered")
            await self.telnyx.post("streaming.started")
            yield caller
        await self.telnyx.post("call.hangup", hangup_cause="normal_clearing")

    async def work(self) -> None:
        while await self.worker.once():
            """Whatever is due."""

    @property
    def did(self) -> list[str]:
        """What Telnyx was told to do."""
        return [action for _, action, _ in self.api.told]


@pytest.fixture
async def line(
    studio: OwnStudio, switchboard: Switchboard, telnyx_api: TelnyxApi, clock: Clock
) -> AsyncIterator[Line]:
    on: Platform[VoiceSettings] = studio.on
    rest = TelnyxRest(on.settings.telnyx_api_url)
    tokens = Tokens(on.settings.root_key.get_secret_value())
    answering, commanding = Answering(on.works, rest, tokens, clock), Commanding(on.works, rest)
    telnyx = await Telnyx.connect(switchboard, clock, "consent")
    worker = Jobs(
        on.works, on.system, [answering.job, *commanding.jobs], clock=clock, changes=on.changes
    )
    yield Line(telnyx, telnyx_api, worker, studio)
    await rest.aclose()


async def test_a_whole_call_leaves_its_record(
    line: Line, studio: OwnStudio, switchboard: Switchboard, ai: ScriptedAI
) -> None:
    ai.speech.hears(ASK)
    ai.plan(says(ANSWER))

    async with line.call() as caller:
        await caller.agree()
        await caller.ask("opening_hours")
        await caller.hears_silence()
        await caller.hang_up()
    call = await studio.over(line.telnyx)
    await until(studio.is_free)

    [listed] = (await switchboard.http.get("/v1/calls", headers=switchboard.staff)).json()["data"]
    path = f"/v1/calls/{listed['id']}/transcript"
    said = (await switchboard.http.get(path, headers=switchboard.staff)).json()["data"]
    assert [one["text"] for one in said[-2:]] == [ASK, ANSWER]
    assert (listed["status"], listed["ended_by"], listed["missing"]) == ("completed", "caller", [])
    assert (call.disclosure_confirmed, call.consent, call.consent_by) == (True, "granted", "key")
    assert studio.tapes.of[call.id].stereo
    assert line.did == ["answer"]
    assert len(await studio.rows(COMPLETED)) == 1


async def test_the_audio_is_asked_for_both_ways_and_its_token_opens_one_socket(
    line: Line, studio: OwnStudio
) -> None:
    url = await line.ring()

    async with calling(url, line.telnyx.sid, TelnyxCaller) as caller:
        again = await studio.refuses(url)
        await caller.hang_up()

    [(_, _, said)] = line.api.told
    assert (said["stream_track"], said["stream_bidirectional_mode"]) == ("inbound_track", "rtp")
    assert said["stream_bidirectional_codec"] == "PCMU"
    assert again


async def test_the_agent_ends_the_call_by_a_command(
    line: Line, studio: OwnStudio, ai: ScriptedAI
) -> None:
    ai.speech.hears("Thank you, goodbye.")
    ai.plan(Calls("end_call", "{}"))

    async with line.call() as caller:
        await caller.answered()
        caller.say("goodbye")
        call = await studio.over(line.telnyx)

    assert call.ended_by == "agent"
    assert line.did == ["answer", "hangup"]


async def test_a_call_whose_socket_drops_is_hung_up(line: Line, studio: OwnStudio) -> None:
    async with line.call() as caller:
        await caller.answered()
        caller.drop()
        call = await studio.over(line.telnyx)
        await until(lambda: len(line.did) > 1)

    assert (call.status, call.ended_by) == ("completed", "line")
    assert line.did == ["answer", "hangup"]


async def test_a_hang_up_that_the_carrier_did_not_take_is_said_again(
    line: Line, studio: OwnStudio, ai: ScriptedAI, telnyx_api: TelnyxApi
) -> None:
    ai.speech.hears("Thank you, goodbye.")
    ai.plan(Calls("end_call", "{}"))

    async with line.call() as caller:
        await caller.answered()
        telnyx_api.status = 503
        caller.say("goodbye")
        await studio.over(line.telnyx)
        telnyx_api.status = 422
        await line.work()
        await line.work()

    assert line.did == ["answer", "hangup", "hangup"]

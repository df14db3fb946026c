"""Whole calls to a small service, over real HTTP and a real WebSocket, in real time."""

import asyncio
import wave
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest

from contactflow.testing.leaks import Leaks
from contactflow.testing.serving import serving as served
from contactflow.testing.waiting import until
from tools.phone import wav
from tools.phone.calling import calling
from tools.phone.carrier import Taken
from tools.phone.ears import Ears, first_voice, last_voice
from tools.phone.handset import HungUpError
from tools.phone.rest import Switchboard, serving
from tools.phone.script import ENGLISH, Caller, Turn
from tools.phone.tests.house import NUMBER, PUBLIC, TOKEN, House, account, tone
from tools.phone.twiml import NotTwimlError, Say

CALLER = "+33199001001"
PUT_THROUGH = (
    f'<Response><Dial action="{PUBLIC}/dial">+33100000009</Dial><Say>Never heard.</Say></Response>'
)
BYE = '<Say language="en-US">Sorry.</Say>'


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def board(house: House) -> AsyncIterator[Switchboard]:
    leaks = Leaks()
    async with served(house.app()) as url:
        board = Switchboard(account(url))
        async with serving(board) as house.api_url:
            yield board
    await leaks.none()


async def test_a_call_is_announced_answered_and_ended_by_signed_webhooks(
    house: House, board: Switchboard
) -> None:
    async with calling(board, NUMBER, CALLER) as call:
        assert await Ears(call.handset).voice(5)

    [rung] = house.webhooks
    assert (rung["From"], rung["To"], rung["CallStatus"]) == (CALLER, NUMBER.e164, "ringing")
    told = [(one["CallStatus"], one["SequenceNumber"]) for one in house.callbacks]
    assert told == [("ringing", "0"), ("in-progress", "1"), ("completed", "2")]
    assert {one["CallSid"] for one in [rung, *house.callbacks]} == {call.sid}
    assert (call.by, call.status) == ("caller", "completed")
    assert [one["event"] for one in house.messages][:2] == ["connected", "start"]
    assert house.messages[-1]["event"] == "stop"
    assert house.handshake == board.account.signature(f"wss{PUBLIC[5:]}/media/t1", {})


async def test_a_withheld_number_is_anonymous(house: House, board: Switchboard) -> None:
    async with calling(board, NUMBER) as call:
        await Ears(call.handset).voice(5)

    assert house.webhooks[0]["From"] == "anonymous"


async def test_frames_are_20_ms_in_real_time_and_numbered(house: House, board: Switchboard) -> None:
    async with calling(board, NUMBER, CALLER) as call:
        begun = asyncio.get_running_loop().time()
        await call.handset.until(lambda: call.handset.seconds >= 1, 5)
        took = asyncio.get_running_loop().time() - begun

    media = [one["media"] for one in house.messages if one["event"] == "media"]
    assert 0.9 < took < 1.5
    assert [int(one["chunk"]) for one in media] == list(range(1, len(media) + 1))
    assert [int(one["timestamp"]) for one in media[:3]] == [0, 20, 40]
    numbers = [int(one["sequenceNumber"]) for one in house.messages if "sequenceNumber" in one]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_mark_comes_back_when_its_sound_has_been_played(
    house: House, board: Switchboard
) -> None:
    async with calling(board, NUMBER, CALLER) as call:
        await Ears(call.handset).voice(5)
        early = house.marks()
        await until(house.marks)

    assert early == []
    assert call.handset.seconds >= 0.4
    assert house.marks() == ["greeting"]


async def test_clear_silences_what_was_to_be_played(house: House, board: Switchboard) -> None:
    house.greeting = tone(10)
    async with calling(board, NUMBER, CALLER) as call:
        await Ears(call.handset).voice(5)
        await house.send({"event": "clear"})
        silent = await Ears(call.handset, done=0.2).quiet(2)
        await until(house.marks)

    assert silent
    assert len(call.streams[0].clears) == 1


async def test_keys_are_pressed_as_they_are(house: House, board: Switchboard) -> None:
    async with calling(board, NUMBER, CALLER) as call:
        call.handset.press("1")
        call.handset.press("#")
        await call.handset.until(lambda: call.handset.seconds > 0.1, 5)

    pressed = [one["dtmf"]["digit"] for one in house.messages if one["event"] == "dtmf"]
    assert pressed == ["1", "#"]


async def test_a_script_is_played_and_each_latency_told(
    house: House, board: Switchboard, tmp_path: Path
) -> None:
    script = replace(ENGLISH.with_questions(("What?",)), interrupts=True)
    voices = {text: tone(0.3, 300) for text in script.lines()}
    house.answer = tone(3)
    house.can_be_interrupted = True
    turns: list[Turn] = []

    async with calling(board, NUMBER, CALLER) as call:
        ears = Ears(call.handset, done=0.7)
        assert await Caller(call, voices, turns.append, ears).play(script)

    wav.write(tmp_path / "call.wav", call.handset)
    assert [turn.said for turn in turns] == ["What?", script.goodbye]
    assert turns[0].latency == pytest.approx(0.6, abs=0.25)  # the service waits half a second
    assert turns[0].silenced is not None
    assert 0 <= turns[0].silenced < 0.3
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8_000)
        left, right = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2).T
    assert left.tobytes() == bytes(call.handset.said)
    assert right.tobytes() == bytes(call.handset.heard)


async def test_the_service_hears_what_is_said(house: House, board: Switchboard) -> None:
    async with calling(board, NUMBER, CALLER) as call:
        await call.handset.until(lambda: False, 0.2)
        call.handset.say(tone(0.3))
        await call.handset.until(lambda: not call.handset.is_speaking, 5)
        await call.handset.until(lambda: False, 0.1)

    heard = house.heard()
    assert first_voice(heard) == first_voice(call.handset.said)
    assert last_voice(heard) == last_voice(call.handset.said)
    assert (last_voice(heard) or 0) - (first_voice(heard) or 0) == pytest.approx(0.3)


async def test_the_service_hangs_up_by_rest(house: House, board: Switchboard) -> None:
    async with calling(board, NUMBER, CALLER) as call:
        await Ears(call.handset).voice(5)
        answer = await house.change(call.sid, {"Status": "completed"})
        with pytest.raises(HungUpError):
            await call.handset.until(lambda: False, 5)

    assert (answer.status_code, answer.json()["status"]) == (200, "completed")
    assert call.by == "service"
    assert house.callbacks[-1]["CallStatus"] == "completed"


async def test_the_service_puts_the_caller_through(house: House, board: Switchboard) -> None:
    async with calling(board, NUMBER, CALLER) as call:
        await Ears(call.handset).voice(5)
        twiml = "<Response><Dial>+33100000009</Dial></Response>"
        await house.change(call.sid, {"Twiml": twiml})
        await until(lambda: call.handset.over)

    assert (call.by, call.transferred_to) == ("transfer", "+33100000009")
    assert house.messages[-1]["event"] == "stop"


@pytest.mark.parametrize(
    ("human", "by", "said"),
    [
        ("busy", "carrier", ["Nobody."]),
        ("no-answer", "carrier", ["Nobody."]),
        ("completed", "transfer", []),
    ],
)
async def test_the_service_is_asked_what_comes_after_a_hand_over(
    house: House, board: Switchboard, human: Taken, by: str, said: list[str]
) -> None:
    async with calling(board, NUMBER, CALLER, human) as call:
        await Ears(call.handset).voice(5)
        await house.change(call.sid, {"Twiml": PUT_THROUGH})
        await until(lambda: call.handset.over)

    [asked] = house.dialled
    assert (asked["DialCallStatus"], asked["CallSid"]) == (human, call.sid)
    assert (call.by, [one.text for one in call.said]) == (by, said)


async def test_a_busy_human_leaves_the_next_verb_its_turn(house: House, board: Switchboard) -> None:
    async with calling(board, NUMBER, CALLER, "busy") as call:
        await Ears(call.handset).voice(5)
        twiml = f"<Response><Dial>+33100000009</Dial>{BYE}</Response>"
        await house.change(call.sid, {"Twiml": twiml})
        await until(lambda: call.handset.over)

    assert (call.by, call.said) == ("carrier", [Say("Sorry.", "en-US")])
    assert call.transferred_to is None


async def test_the_apology_is_said_when_media_dies(house: House, board: Switchboard) -> None:
    house.twiml = house.twiml.replace("</Connect>", f"</Connect>{BYE}")
    async with calling(board, NUMBER, CALLER) as call:
        await Ears(call.handset).voice(5)
        assert house.socket
        await house.socket.close()
        await until(lambda: call.handset.over)

    assert (call.by, call.said) == ("carrier", [Say("Sorry.", "en-US")])


async def test_the_apology_is_said_when_the_token_is_refused(
    house: House, board: Switchboard
) -> None:
    house.twiml = house.twiml.replace("/media/", "/nowhere/").replace(
        "</Connect>", f"</Connect>{BYE}"
    )
    async with calling(board, NUMBER, CALLER) as call:
        await until(lambda: call.handset.over)

    assert call.said == [Say("Sorry.", "en-US")]


async def test_a_wrong_signature_is_no_call(house: House, board: Switchboard) -> None:
    stranger = Switchboard(replace(board.account, token="other"))

    with pytest.raises(ExceptionGroup) as raised:
        async with calling(stranger, NUMBER, CALLER):
            await asyncio.sleep(5)

    assert raised.group_contains(httpx.HTTPStatusError)
    assert house.webhooks == []


async def test_an_answer_that_is_no_twiml_is_no_call(house: House, board: Switchboard) -> None:
    house.twiml = "Good morning"

    with pytest.raises(ExceptionGroup) as raised:
        async with calling(board, NUMBER, CALLER):
            await asyncio.sleep(5)

    assert raised.group_contains(NotTwimlError)


@pytest.mark.parametrize(
    ("sid", "token", "change", "status"),
    [
        ("CA0", TOKEN, {"Status": "completed"}, 404),
        ("CA0", "other", {"Status": "completed"}, 401),
        (None, TOKEN, {"Status": "canceled"}, 400),
        (None, TOKEN, {"Twiml": "<Response><Sing/></Response>"}, 400),
    ],
)
async def test_what_cannot_be_is_refused_by_rest(
    house: House,
    board: Switchboard,
    sid: str | None,
    token: str,
    change: dict[str, str],
    status: int,
) -> None:
    async with calling(board, NUMBER, CALLER) as call:
        await Ears(call.handset).voice(5)
        answer = await house.change(sid or call.sid, change, token)

    assert answer.status_code == status
    assert call.by == "caller"

"""What carriers are told about a call under way, over real HTTP."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from contactflow.kernel import UnavailableError, encode, new_id
from contactflow.testing.serving import serving
from contactflow.testing.virtual import in_virtual_time
from contactflow.voice.carriers.commands import WHOLE_S, RefusedCommandError, told
from contactflow.voice.carriers.model import Kind
from contactflow.voice.carriers.telnyx.handover import call_of
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.carriers.twilio.rest import Account, TwilioRest
from contactflow.voice.media.carriers import AtCarrier, Switches
from contactflow.voice.session.desk import TRANSFER_S

ACCOUNT = Account("AC1", "secret")
CARRIER = new_id()


class Api:
    """Both carriers, as they take commands."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self.keys: set[str] = set()
        self.status = 200
        self.app = FastAPI()
        self.app.post("/2010-04-01/Accounts/{account}/Calls/{call}.json")(self.twilio)
        self.app.post("/v2/calls/{call}/actions/{action}")(self.telnyx)

    async def twilio(self, account: str, call: str, request: Request) -> Response:
        self.told.append((f"{account}/{call}", dict(await request.form())))
        self.keys.add(request.headers["authorization"])
        return Response(status_code=self.status)

    async def telnyx(self, call: str, action: str, request: Request) -> Response:
        self.told.append((f"{call}/{action}", await request.json()))
        return Response(status_code=self.status)


@pytest.fixture
async def api() -> Api:
    return Api()


@pytest.fixture
async def switches(api: Api) -> AsyncIterator[Switches]:
    async with serving(api.app) as url:
        switches = Switches(TwilioRest(url), TelnyxRest(url), "https://voice.example")
        yield switches
        await switches.aclose()


async def test_twilio_is_told_how_the_call_goes_on(api: Api, switches: Switches) -> None:
    carrier = switches.of(AtCarrier(CARRIER, "twilio", ACCOUNT, "CA1"))

    await carrier.transfer("+33140205051")
    await carrier.hang_up()

    then = f"https://voice.example/webhooks/twilio/{encode('car', CARRIER)}/dial"
    verbs = f'<Response><Dial action="{then}">+33140205051</Dial></Response>'
    dial = {"Twiml": f'<?xml version="1.0" encoding="UTF-8"?>{verbs}'}
    assert api.told == [("AC1/CA1", dial), ("AC1/CA1", {"Status": "completed"})]
    assert api.keys == {f"Basic {base64.b64encode(b'AC1:secret').decode()}"}


async def test_telnyx_is_told_by_commands_with_an_id_each(api: Api, switches: Switches) -> None:
    carrier = switches.of(AtCarrier(CARRIER, "telnyx", ACCOUNT, "v3:1"))

    await carrier.transfer("+33140205051")
    await carrier.hang_up()

    assert [action for action, _ in api.told] == ["v3:1/transfer", "v3:1/hangup"]
    assert len({said["command_id"] for _, said in api.told}) == 2
    transferred = api.told[0][1]
    assert call_of(transferred["target_leg_client_state"]) == "v3:1"


@pytest.mark.parametrize(("kind", "status"), [("twilio", 404), ("telnyx", 404), ("telnyx", 422)])
async def test_a_call_that_is_over_needs_no_end_and_takes_nothing_else(
    api: Api, switches: Switches, kind: Kind, status: int
) -> None:
    api.status = status
    carrier = switches.of(AtCarrier(CARRIER, kind, ACCOUNT, "CA1"))

    await carrier.hang_up()

    with pytest.raises(RefusedCommandError):
        await carrier.transfer("+33140205051")


async def test_an_answer_that_is_refused_is_none(api: Api, switches: Switches) -> None:
    api.status = 422

    with pytest.raises(RefusedCommandError):
        await switches.telnyx.answer("KEY1", "v3:1", "wss://media.example", command_id=new_id())


@pytest.mark.parametrize(("status", "error"), [(503, UnavailableError), (401, RefusedCommandError)])
async def test_what_a_carrier_does_not_do_is_said(
    api: Api, switches: Switches, status: int, error: type[Exception]
) -> None:
    api.status = status

    with pytest.raises(error):
        await switches.of(AtCarrier(CARRIER, "twilio", ACCOUNT, "CA1")).hang_up()


def test_a_carrier_that_answers_bit_by_bit_is_left_before_the_hand_over_gives_up() -> None:
    async def trickled() -> httpx.Response:
        for _ in range(9):
            await asyncio.sleep(WHOLE_S - 1)
        return httpx.Response(200)

    async def lasted() -> float:
        with pytest.raises(UnavailableError):
            await told("telnyx", trickled())
        return asyncio.get_running_loop().time()

    assert in_virtual_time(lasted()) < TRANSFER_S

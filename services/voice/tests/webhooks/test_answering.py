"""Telnyx is told what to do by commands, over real HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response

from contactflow.kernel import UnavailableError, decode
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.testing.serving import serving
from contactflow.voice.carriers.repository import SqlCarriers
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.places.model import Tokens
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.webhooks.answering import Answering
from contactflow.voice.webhooks.promises import AnswerCall
from services.voice.tests.players import Telnyx
from services.voice.tests.switchboard import Switchboard
from services.voice.tests.webhooks.test_webhooks import (
    CALLS_BY_ID,
    HAS_A_HUMAN,
    RESTRICT,
    do,
    retire,
    rows,
)


class Api:
    """Telnyx, as it takes commands."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Any]] = []
        self.status = 200
        self.app = FastAPI()
        self.app.post("/v2/calls/{call}/actions/{action}")(self.take)

    async def take(self, call: str, action: str, request: Request) -> Response:
        body = await request.json() | {"key": request.headers["authorization"]}
        self.told.append((call, action, body))
        return Response(status_code=self.status)


@pytest.fixture
async def api() -> Api:
    return Api()


@pytest.fixture
async def answering(
    on: Platform[VoiceSettings], api: Api, clock: FakeClock
) -> AsyncIterator[Answering]:
    async with serving(api.app) as url:
        rest = TelnyxRest(url)
        tokens = Tokens(on.settings.root_key.get_secret_value())
        yield Answering(on.works, rest, tokens, clock)
        await rest.aclose()


async def due(telnyx: Telnyx, switchboard: Switchboard) -> AnswerCall:
    await telnyx.post("call.initiated", direction="incoming")
    call = (await rows(switchboard, CALLS_BY_ID))[-1]
    return AnswerCall(workspace_id=switchboard.workspace_id, call_id=call.id)


async def test_a_call_is_answered_with_its_place_and_again_the_same(
    answering: Answering, telnyx: Telnyx, switchboard: Switchboard, api: Api
) -> None:
    promised = await due(telnyx, switchboard)

    for _ in range(2):
        await answering.tell(promised)

    (call, action, said), again = api.told
    assert (call, action, said["key"]) == (telnyx.sid, "answer", "Bearer KEY1")
    assert said["stream_url"].startswith("wss://media.example/media/telnyx/")
    assert said["command_id"] == str(promised.call_id)
    assert again[2] == said


async def test_a_call_is_answered_whoever_else_is_at_its_carrier(
    answering: Answering, telnyx: Telnyx, switchboard: Switchboard, api: Api
) -> None:
    promised = await due(telnyx, switchboard)

    async def meanwhile(work: Work) -> None:
        await SqlCarriers(work).get(decode("car", telnyx.carrier_id))
        await answering.tell(promised)

    await switchboard.works.run(switchboard.workspace_id, meanwhile)

    assert [action for _, action, _ in api.told] == ["answer"]


async def test_a_call_without_a_place_is_hung_up(
    answering: Answering, telnyx: Telnyx, switchboard: Switchboard, api: Api
) -> None:
    for number in range(2):
        await Telnyx.post(another(telnyx, number), "call.initiated", direction="incoming")

    await answering.tell(await due(telnyx, switchboard))

    assert [action for _, action, _ in api.told] == ["hangup"]


@pytest.mark.parametrize(
    ("setting", "command"),
    [([RESTRICT], ("hangup", None)), ([RESTRICT, HAS_A_HUMAN], ("transfer", "+33199000009"))],
)
async def test_who_has_their_data_restricted_goes_to_a_human_or_to_nobody(
    answering: Answering,
    telnyx: Telnyx,
    switchboard: Switchboard,
    api: Api,
    setting: list[Any],
    command: tuple[str, str | None],
) -> None:
    promised = await due(telnyx, switchboard)
    await do(switchboard, *setting)

    await answering.tell(promised)

    [(_, action, said)] = api.told
    assert (action, said.get("to")) == command


@pytest.mark.parametrize(
    ("setting", "command"), [([], ("hangup", None)), ([HAS_A_HUMAN], ("transfer", "+33199000009"))]
)
async def test_a_call_to_a_deleted_agent_goes_to_a_human_or_to_nobody(
    answering: Answering,
    telnyx: Telnyx,
    switchboard: Switchboard,
    api: Api,
    setting: list[Any],
    command: tuple[str, str | None],
) -> None:
    promised = await due(telnyx, switchboard)
    await retire(switchboard)
    await do(switchboard, *setting)

    await answering.tell(promised)

    [(_, action, said)] = api.told
    assert (action, said.get("to")) == command


async def test_a_call_that_is_over_is_not_answered(
    answering: Answering, telnyx: Telnyx, switchboard: Switchboard, api: Api
) -> None:
    promised = await due(telnyx, switchboard)
    await telnyx.post("call.hangup")

    assert await answering.tell(promised) is None
    assert api.told == []


async def test_a_carrier_that_is_away_is_told_later(
    answering: Answering, telnyx: Telnyx, switchboard: Switchboard, api: Api
) -> None:
    api.status = 503

    with pytest.raises(UnavailableError):
        await answering.tell(await due(telnyx, switchboard))


def another(telnyx: Telnyx, number: int) -> Telnyx:
    """Another call of the same account."""
    return Telnyx(
        telnyx.http, telnyx.clock, telnyx.key, telnyx.carrier_id, f"{telnyx.sid}-{number}"
    )

"""Phone numbers over HTTP, on real PostgreSQL."""

from typing import Any

import pytest

from contactflow.kernel import decode, encode, new_id
from contactflow.runtime.agents import SqlAgents
from contactflow.testing.agents import FakeGateway, bo
from services.voice.tests.conftest import PUBLIC_URL
from services.voice.tests.switchboard import NUMBER, Switchboard, made

URL = "/v1/phone-numbers"
OTHER = "+33140205050"


@pytest.fixture
def new(switchboard: Switchboard) -> dict[str, Any]:
    carrier_id, agent_id = switchboard.carrier["id"], switchboard.agent
    return {"e164": OTHER, "carrier_id": carrier_id, "agent_id": agent_id, "recording": "off"}


async def test_a_number_says_where_its_carrier_calls_us(switchboard: Switchboard) -> None:
    path = f"{PUBLIC_URL}/webhooks/twilio/{switchboard.carrier['id']}"

    shown = await switchboard.http.get(
        f"{URL}/{switchboard.number['id']}", headers=switchboard.staff
    )

    assert shown.json() == switchboard.number
    assert shown.json()["webhook_urls"] == {"voice": f"{path}/voice", "status": f"{path}/status"}


async def test_a_number_is_ready_once_its_agent_can_speak(
    switchboard: Switchboard, gateway: FakeGateway, new: dict[str, Any]
) -> None:
    mute = new_id()
    gateway.publish(switchboard.workspace_id, bo(mute))

    created = await made(
        switchboard.http, switchboard.staff, URL, new | {"agent_id": encode("agt", mute)}
    )

    assert (created["status"], switchboard.number["status"]) == ("preparing", "ready")


async def test_numbers_are_listed_newest_first(
    switchboard: Switchboard, new: dict[str, Any]
) -> None:
    created = await made(switchboard.http, switchboard.staff, URL, new | {"e164": "+33 140205050"})

    listed = (await switchboard.http.get(URL, headers=switchboard.staff)).json()["data"]

    assert listed == [created, switchboard.number]
    assert created["e164"] == OTHER


async def test_one_number_is_set_up_once(switchboard: Switchboard, new: dict[str, Any]) -> None:
    answer = await switchboard.http.post(
        URL, json=new | {"e164": NUMBER}, headers=switchboard.staff
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "phone_number_exists")


async def test_terms_change_and_what_is_not_said_stays(switchboard: Switchboard) -> None:
    headers = switchboard.staff | {"If-Match": '"1"'}

    changed = await switchboard.http.patch(
        f"{URL}/{switchboard.number['id']}", json={"handover_e164": OTHER}, headers=headers
    )

    assert changed.headers["etag"] == '"2"'
    assert changed.json()["handover_e164"] == OTHER
    assert changed.json()["recording"] == "consent"


async def test_an_agent_published_a_moment_ago_is_fetched(
    switchboard: Switchboard, gateway: FakeGateway, new: dict[str, Any]
) -> None:
    agent_id = new_id()
    gateway.publish(switchboard.workspace_id, bo(agent_id))

    created = await made(
        switchboard.http, switchboard.staff, URL, new | {"agent_id": encode("agt", agent_id)}
    )

    assert created["agent_id"] == encode("agt", agent_id)


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        ({"e164": "0140205050"}, 422),
        ({"recording": "always"}, 422),
        ({"agent_id": encode("agt", new_id())}, 422),
        ({"carrier_id": encode("car", new_id())}, 404),
        ({"handover_e164": OTHER}, 422),
    ],
)
async def test_a_bad_number_is_refused(
    switchboard: Switchboard, new: dict[str, Any], bad: dict[str, Any], status: int
) -> None:
    answer = await switchboard.http.post(URL, json=new | bad, headers=switchboard.staff)

    assert answer.status_code == status


async def test_nobody_is_handed_over_to_the_number_they_called(switchboard: Switchboard) -> None:
    answer = await switchboard.http.patch(
        f"{URL}/{switchboard.number['id']}",
        json={"handover_e164": NUMBER},
        headers=switchboard.staff | {"If-Match": '"1"'},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "handover_to_itself")


@pytest.mark.parametrize("heard", [False, True])
async def test_a_deleted_agent_is_refused_before_and_after_voice_has_heard_of_it(
    switchboard: Switchboard, gateway: FakeGateway, new: dict[str, Any], *, heard: bool
) -> None:
    agent_id = decode("agt", switchboard.agent)
    if heard:
        await switchboard.works.run(
            switchboard.workspace_id, lambda work: SqlAgents(work).retire(agent_id)
        )
    else:
        gateway.published.clear()

    await refused(switchboard, new, "agent_not_published")


async def test_an_agent_for_web_pages_alone_is_refused(
    switchboard: Switchboard, gateway: FakeGateway, new: dict[str, Any]
) -> None:
    agent_id = new_id()
    gateway.publish(switchboard.workspace_id, bo(agent_id, channels=("web",)))

    await refused(switchboard, new | {"agent_id": encode("agt", agent_id)}, "agent_not_for_channel")


async def refused(switchboard: Switchboard, new: dict[str, Any], code: str) -> None:
    """For another number, and for one that is there."""
    http, staff = switchboard.http, switchboard.staff
    number, change = f"{URL}/{switchboard.number['id']}", {"agent_id": new["agent_id"]}

    answers = [
        await http.post(URL, json=new, headers=staff),
        await http.patch(number, json=change, headers=staff | {"If-Match": "*"}),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(422, code)] * 2
    assert (await http.get(number, headers=staff)).json()["agent_id"] == switchboard.agent

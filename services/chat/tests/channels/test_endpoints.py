"""Channels over HTTP, on real PostgreSQL."""

from typing import Any

import pytest
from httpx import AsyncClient

from contactflow.kernel import UnavailableError, encode, new_id
from contactflow.runtime.agents import SqlAgents
from contactflow.testing.agents import FakeGateway, bo
from contactflow.testing.tokens import Callers
from services.chat.tests.conftest import STAFF
from services.chat.tests.visitors import Visitors

URL = "/v1/channels"


@pytest.fixture
def new(visitors: Visitors) -> dict[str, Any]:
    agent_id = visitors.channel["agent_id"]
    return {"kind": "web", "name": "Shop", "agent_id": agent_id, "allowed_origins": []}


async def test_a_channel_is_shown_as_it_was_made(
    http: AsyncClient, staff: dict[str, str], new: dict[str, Any]
) -> None:
    created = await http.post(URL, json=new, headers=staff)

    shown = await http.get(created.headers["location"], headers=staff)

    assert created.status_code == 201
    assert shown.json() == created.json()
    assert shown.json()["public_key"].startswith("cf_web_")


async def test_channels_are_listed_newest_first(
    http: AsyncClient, staff: dict[str, str], visitors: Visitors, new: dict[str, Any]
) -> None:
    created = (await http.post(URL, json=new, headers=staff)).json()

    listed = (await http.get(URL, headers=staff)).json()["data"]

    assert listed == [created, visitors.channel]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://Shop.Example", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
async def test_an_origin_is_kept_as_browsers_say_it(
    http: AsyncClient, staff: dict[str, str], new: dict[str, Any], written: str, kept: str
) -> None:
    answer = await http.post(URL, json=new | {"allowed_origins": [written]}, headers=staff)

    assert answer.json()["allowed_origins"] == [kept]


BAD: dict[str, dict[str, Any]] = {
    "an unknown kind": {"kind": "fax"},
    "no name": {"name": " "},
    "a path in an origin": {"allowed_origins": ["https://shop.example/chat"]},
    "any origin": {"allowed_origins": ["*"]},
    "another scheme": {"allowed_origins": ["javascript://shop.example"]},
    "another kind of id": {"agent_id": "chn_00000000000000000000000000"},
    "an unknown field": {"public_key": "mine"},
    "an unknown agent": {"agent_id": encode("agt", new_id())},
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_channel_is_refused_and_not_stored(
    http: AsyncClient, staff: dict[str, str], new: dict[str, Any], bad: str
) -> None:
    answer = await http.post(URL, json=new | BAD[bad], headers=staff)

    assert answer.status_code == 422
    assert len((await http.get(URL, headers=staff)).json()["data"]) == 1


async def test_an_agent_of_another_workspace_answers_nobody_here(
    http: AsyncClient, callers: Callers, new: dict[str, Any]
) -> None:
    elsewhere = callers.user(new_id(), *STAFF)

    answer = await http.post(URL, json=new, headers=elsewhere)

    assert (answer.status_code, answer.json()["code"]) == (422, "agent_not_published")


async def test_an_agent_published_a_moment_ago_is_fetched(
    http: AsyncClient, staff: dict[str, str], visitors: Visitors, gateway: FakeGateway
) -> None:
    agent_id = new_id()
    gateway.publish(visitors.workspace_id, bo(agent_id))
    new = {"kind": "web", "name": "Shop", "agent_id": encode("agt", agent_id)}

    answers = [
        await http.post(URL, json=new | {"allowed_origins": []}, headers=staff) for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [201, 201]


async def test_a_deleted_agent_is_refused_before_and_after_chat_has_heard_of_it(
    http: AsyncClient,
    staff: dict[str, str],
    visitors: Visitors,
    new: dict[str, Any],
    gateway: FakeGateway,
) -> None:
    gateway.published.clear()
    early = await http.post(URL, json=new, headers=staff)
    gateway.publish(visitors.workspace_id, bo(visitors.agent_id))
    agent_id = visitors.agent_id
    await visitors.works.run(visitors.workspace_id, lambda work: SqlAgents(work).retire(agent_id))

    late = await http.post(URL, json=new, headers=staff)

    for answer in (early, late):
        assert (answer.status_code, answer.json()["code"]) == (422, "agent_not_published")
    assert len((await http.get(URL, headers=staff)).json()["data"]) == 1


async def test_an_agent_for_the_phone_alone_is_refused(
    http: AsyncClient,
    staff: dict[str, str],
    visitors: Visitors,
    new: dict[str, Any],
    gateway: FakeGateway,
) -> None:
    agent_id = new_id()
    gateway.publish(visitors.workspace_id, bo(agent_id, channels=("voice",)))

    answer = await http.post(URL, json=new | {"agent_id": encode("agt", agent_id)}, headers=staff)

    assert (answer.status_code, answer.json()["code"]) == (422, "agent_not_for_channel")


async def test_without_gateway_an_unknown_agent_is_asked_for_later(
    http: AsyncClient, staff: dict[str, str], new: dict[str, Any], gateway: FakeGateway
) -> None:
    gateway.error = UnavailableError()

    answer = await http.post(URL, json=new | BAD["an unknown agent"], headers=staff)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")

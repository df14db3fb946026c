"""Who may call which route of chat: every route, every kind of caller."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

import contactflow.chat
from contactflow.chat.sessions.model import LIFE
from contactflow.kernel import new_id
from contactflow.testing.clock import FakeClock
from contactflow.testing.conventions import breaches
from contactflow.testing.tokens import Callers
from contactflow.web import Principal
from contactflow.web.security import scopes
from services.chat.tests.conftest import STAFF
from services.chat.tests.visitors import Visitor, Visitors

PUBLIC = "/v1/public/web-chat"


class Call(NamedTuple):
    """A request that succeeds, what it answers, and what it answers in another workspace."""

    valid: int
    other: int
    json: Any = None


STAFF_CALLS: Mapping[tuple[str, str], Call] = {
    ("POST", "/v1/channels"): Call(
        201, 422, {"kind": "web", "name": "New", "agent_id": "{agent_id}", "allowed_origins": []}
    ),
    ("GET", "/v1/channels"): Call(200, 200),
    ("GET", "/v1/channels/{channel_id}"): Call(200, 404),
    ("GET", "/v1/conversations"): Call(200, 200),
    ("GET", "/v1/conversations/{conversation_id}"): Call(200, 404),
    ("POST", "/v1/conversations/{conversation_id}/handoff"): Call(200, 404),
    ("POST", "/v1/conversations/{conversation_id}/close"): Call(200, 404),
    ("GET", "/v1/conversations/{conversation_id}/messages"): Call(200, 404),
    ("POST", "/v1/conversations/{conversation_id}/messages"): Call(201, 404, {"text": "Hello"}),
    ("GET", "/v1/conversations/{conversation_id}/messages/{message_id}"): Call(200, 404),
}
INTERNAL_CALLS: Mapping[tuple[str, str], Call] = {
    ("GET", "/internal/subjects/{subject_id}"): Call(200, 410),
    ("POST", "/internal/conversations/contents"): Call(
        200, 200, {"conversation_ids": ["{conversation_uuid}"]}
    ),
    ("POST", "/internal/erasures/discover"): Call(403, 403, {}),
    ("POST", "/internal/erasures/{request_id}/verify"): Call(403, 403, {}),
}
VISITOR_CALLS: Mapping[tuple[str, str], Call] = {
    ("POST", f"{PUBLIC}/messages"): Call(202, 202, {"text": "Hi", "client_message_id": "1"}),
    ("GET", f"{PUBLIC}/messages"): Call(200, 200),
}
STREAMS = {("GET", f"{PUBLIC}/events")}  # its answer does not end: tried in the streams' tests
OPEN = {("POST", f"{PUBLIC}/sessions")}
PAGES = {
    ("GET", path) for path in ("/chat/{public_key}", "/widget.js", "/widget.css", "/tokens.css")
}
LISTED = {*STAFF_CALLS, *INTERNAL_CALLS, *VISITOR_CALLS, *STREAMS, *OPEN, *PAGES}


@pytest.fixture
async def visitor(visitors: Visitors) -> Visitor:
    """Somebody of our workspace who has written."""
    visitor = await visitors.come()
    await visitor.send("Hello")
    return visitor


@pytest.fixture
async def names(visitors: Visitors, visitor: Visitor) -> dict[str, str]:
    """What the paths and bodies below speak of."""
    subject_id = await visitors.subject_of(visitor)
    return {
        "agent_id": visitors.channel["agent_id"],
        "channel_id": visitors.channel["id"],
        "conversation_id": visitor.conversation,
        "conversation_uuid": str(visitor.conversation_id),
        "request_id": str(new_id()),
        "message_id": (await visitor.read())[-1]["id"],
        "subject_id": str(subject_id),
    }


@pytest.fixture
def identities(
    callers: Callers, workspace_id: UUID, other_workspace_id: UUID
) -> dict[str, dict[str, str]]:
    """Headers of those who are no visitors."""
    return {
        "anonymous": {},
        "public": callers.public(),
        "no-scope": callers.user(workspace_id, "contacts:read"),
        "staff": callers.user(workspace_id, *STAFF),
        "other-staff": callers.user(other_workspace_id, *STAFF),
        "service": callers.headers(Principal.service("gateway", workspace_id)),
        "other-service": callers.headers(Principal.service("gateway", other_workspace_id)),
    }


def filled(template: Any, names: Mapping[str, str]) -> Any:
    """The template with its names filled in."""
    if isinstance(template, str):
        return template.format(**names)
    if isinstance(template, list):
        return [filled(one, names) for one in template]
    if isinstance(template, dict):
        return {key: filled(value, names) for key, value in template.items()}
    return template


def test_every_route_keeps_to_the_conventions(app: FastAPI) -> None:
    assert not breaches(app)


def test_the_tables_have_every_route(app: FastAPI) -> None:
    source = Path(contactflow.chat.__file__).parent
    declared = sum(one.read_text().count("@router.") for one in source.rglob("*.py"))

    listed = {(method, path) for method, path, _ in scopes(app)}

    assert listed == LISTED
    assert len(listed) >= declared


async def asked(
    http: AsyncClient,
    route: tuple[str, str],
    call: Call,
    names: dict[str, str],
    headers: dict[str, str],
) -> Response:
    """Call a route with the names of what there is."""
    method, path = route
    return await http.request(
        method, path.format(**names), json=filled(call.json, names), headers=headers
    )


@pytest.mark.parametrize(
    "identity", ["anonymous", "public", "no-scope", "service", "other-staff", "staff"]
)
@pytest.mark.parametrize("route", STAFF_CALLS, ids=" ".join)
async def test_every_staff_route_answers_whom_it_should(
    http: AsyncClient,
    identities: dict[str, dict[str, str]],
    names: dict[str, str],
    route: tuple[str, str],
    identity: str,
) -> None:
    call = STAFF_CALLS[route]
    wanted = {"no-scope": 403, "service": 403, "other-staff": call.other, "staff": call.valid}

    answer = await asked(http, route, call, names, identities[identity])

    assert answer.status_code == wanted.get(identity, 401), answer.text
    if identity == "other-staff":
        assert not any(one in answer.text for one in names.values())


@pytest.mark.parametrize(
    "identity", ["anonymous", "public", "no-scope", "staff", "other-service", "service"]
)
@pytest.mark.parametrize("route", INTERNAL_CALLS, ids=" ".join)
async def test_every_internal_route_answers_our_services_only(
    http: AsyncClient,
    identities: dict[str, dict[str, str]],
    names: dict[str, str],
    route: tuple[str, str],
    identity: str,
) -> None:
    call = INTERNAL_CALLS[route]
    wanted = {"no-scope": 403, "staff": 403, "other-service": call.other, "service": call.valid}

    answer = await asked(http, route, call, names, identities[identity])

    assert answer.status_code == wanted.get(identity, 401), answer.text
    if identity == "other-service":
        assert "Hello" not in answer.text


@pytest.fixture
def turned_away(visitors: Visitors, visitor: Visitor, staff: dict[str, str]) -> dict[str, Any]:
    """Headers of those who have no session, or have one no more."""
    mine = {name: said for name, said in visitor.headers.items() if name != "Authorization"}
    return {
        "anonymous": mine,
        "no token": visitors.public(),
        "unknown": visitors.public() | {"ContactFlow-Visitor-Token": "x" * 43},
        "staff": staff,
    }


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ("anonymous", "unauthenticated"),
        ("no token", "unauthenticated"),
        ("unknown", "session_ended"),
        ("staff", "unauthenticated"),
    ],
)
@pytest.mark.parametrize("route", [*VISITOR_CALLS, *STREAMS], ids=" ".join)
async def test_every_visitor_route_turns_away_whoever_has_no_session(
    http: AsyncClient, turned_away: dict[str, Any], route: tuple[str, str], identity: str, code: str
) -> None:
    said = VISITOR_CALLS[route].json if route in VISITOR_CALLS else None

    answer = await http.request(*route, json=said, headers=turned_away[identity])

    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.json().get("wants") == ("visitor" if identity in {"no token", "staff"} else None)


@pytest.mark.parametrize("route", [*VISITOR_CALLS, *STREAMS], ids=" ".join)
async def test_every_visitor_route_turns_away_whose_session_is_over(
    clock: FakeClock, visitors: Visitors, visitor: Visitor, route: tuple[str, str]
) -> None:
    clock.advance(LIFE)
    said = VISITOR_CALLS[route].json if route in VISITOR_CALLS else None

    answer = await visitor.http.request(
        *route, json=said, headers=visitor.headers | visitors.public()
    )

    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


@pytest.mark.parametrize("route", VISITOR_CALLS, ids=" ".join)
async def test_a_visitor_is_in_their_own_conversation_only(
    http: AsyncClient, visitors: Visitors, visitor: Visitor, route: tuple[str, str]
) -> None:
    other = await visitors.come()

    answer = await http.request(*route, json=VISITOR_CALLS[route].json, headers=other.headers)

    assert answer.status_code == VISITOR_CALLS[route].valid, answer.text
    assert visitor.conversation not in answer.text
    assert len(await visitor.read()) == 2


async def test_anybody_may_knock_through_the_gateway_only(visitors: Visitors) -> None:
    body = {"channel_key": visitors.channel["public_key"]}

    anonymous = await visitors.http.post(f"{PUBLIC}/sessions", json=body)

    assert anonymous.status_code == 401
    assert (await visitors.knock()).status_code == 201

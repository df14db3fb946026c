"""Who may call which route of gateway: every route, every kind of caller."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

import contactflow.gateway
from contactflow.gateway.participant import PARTICIPANT
from contactflow.gateway.workspaces.roles import EVERYTHING
from contactflow.kernel import decode, new_id
from contactflow.persistence import Works
from contactflow.testing.conventions import breaches
from contactflow.testing.tokens import Callers
from contactflow.vault import Vault
from contactflow.web import Principal
from contactflow.web.openapi import document, operations
from contactflow.web.security import scopes
from services.gateway.tests.people import PAGE, PASSWORD, Browser, a_form, signed_up

AGENT = {"name": "Front desk", "prompt": "You answer for Blue Bakery."}
KEY = {"name": "Booking system", "scopes": ["agents:read"]}
ETAG = {"If-Match": '"2"'}
CODE = {"code": "00000000"}
RESET = {"email": "nobody@example.com"}
EMAIL = {
    "key": "01936f2e-7c00-7000-8000-00000000002a",
    "template": "email_verification",
    "locale": "en",
    "to": "nobody@example.com",
    "facts": CODE,
}


class Call(NamedTuple):
    """A request that succeeds; what somebody gets who is nobody, lacks the scope, is elsewhere."""

    valid: int
    nobody: int = 401
    no_scope: int = 403
    other: int = 404
    json: Any = None
    headers: Mapping[str, str] = {}


EVERYBODY = Call(200, 200, 200, 200)
CALLS: Mapping[tuple[str, str], Call] = {
    ("POST", "/v1/auth/signup"): Call(201, 201, 201, 201, json="a form"),
    ("POST", "/v1/auth/login"): Call(200, 200, 200, 200, json="credentials"),
    ("POST", "/v1/auth/logout"): Call(204, other=204),
    ("POST", "/v1/auth/email-verifications"): Call(202, other=202),
    ("POST", "/v1/auth/email-verifications/confirm"): Call(422, other=422, json=CODE),
    ("POST", "/v1/auth/password-resets"): Call(202, 202, 202, 202, json=RESET),
    ("POST", "/v1/auth/password-resets/confirm"): Call(
        422, 422, 422, 422, json=RESET | CODE | {"password": PASSWORD}
    ),
    ("GET", "/v1/me"): Call(200, other=200),
    ("POST", "/v1/api-keys"): Call(201, other=201, json=KEY),
    ("GET", "/v1/api-keys"): Call(200, other=200),
    ("GET", "/v1/api-keys/{key_id}"): Call(200),
    ("DELETE", "/v1/api-keys/{key_id}"): Call(204),
    ("POST", "/v1/agents"): Call(201, other=201, json=AGENT),
    ("GET", "/v1/agents"): Call(200, other=200),
    ("GET", "/v1/agents/{agent_id}"): Call(200),
    ("PATCH", "/v1/agents/{agent_id}"): Call(200, json={"name": "Reception"}, headers=ETAG),
    ("DELETE", "/v1/agents/{agent_id}"): Call(204),
    ("POST", "/v1/agents/{agent_id}/publish"): Call(200),
    ("GET", "/internal/agents/{agent_id}/versions/{number}"): Call(200),
    ("POST", "/internal/emails"): Call(202, other=202, json=EMAIL),
    ("POST", "/internal/erasures/discover"): Call(403, other=403, json={}),
    ("POST", "/internal/erasures/{request_id}/verify"): Call(403, other=403, json={}),
    ("GET", "/docs"): EVERYBODY,
    ("GET", "/docs.css"): EVERYBODY,
    ("GET", "/openapi.json"): EVERYBODY,
    ("GET", "/problems"): EVERYBODY,
    ("GET", "/tokens.css"): EVERYBODY,
}


class Scene(NamedTuple):
    """What Ada has made, and how each caller looks."""

    ada: Browser
    ids: dict[str, Any]
    identities: dict[str, dict[str, str]]
    services: dict[str, dict[str, str]]


@pytest.fixture
async def scene(ada: Browser, callers: Callers, works: Works, vault: Vault) -> Scene:
    agent = await ada.send("POST", "/v1/agents", json=AGENT)
    await ada.send("POST", f"{agent.headers['location']}/publish")
    made = (await ada.send("POST", "/v1/api-keys", json=KEY | {"scopes": ["timeline:read"]})).json()
    eve = await signed_up(ada.http)
    where = [decode("ws", one.workspace["id"]) for one in (ada, eve)]
    for workspace_id in where:
        await works.run(workspace_id, vault.create_key)
    own, other = (callers.headers(Principal.service("chat", one)) for one in where)
    return Scene(
        ada,
        {"agent_id": agent.json()["id"], "key_id": made["id"], "number": 1, "request_id": new_id()},
        {
            "anonymous": {"Origin": PAGE},
            "no-scope": {"Authorization": f"Bearer {made['secret']}"},
            "other-workspace": eve.headers,
            "valid": ada.headers,
        },
        {
            "anonymous": {},
            "no-scope": callers.user(where[0], "agents:read"),
            "other-workspace": other,
            "valid": own,
        },
    )


def test_the_table_has_every_route(app: FastAPI) -> None:
    source = Path(contactflow.gateway.__file__).parent
    text = "".join(one.read_text() for one in source.rglob("endpoints.py"))
    declared = text.count("@router.") + text.count("@internal.") + len(PARTICIPANT.router.routes)

    listed = {(method, path) for method, path, _ in scopes(app)}

    assert listed == CALLS.keys()
    assert len(listed) == declared


def test_every_route_keeps_to_the_conventions(app: FastAPI) -> None:
    assert not breaches(app)


def test_every_scope_of_a_route_is_in_the_table_of_roles(app: FastAPI) -> None:
    needed = {scope for _, _, needs in scopes(app) for scope in needs}

    assert needed - EVERYTHING == {"internal", "public", "session", "unauthenticated"}
    assert len([*operations(document(app))]) >= 14


@pytest.mark.parametrize("identity", ["anonymous", "no-scope", "other-workspace", "valid"])
@pytest.mark.parametrize("route", CALLS, ids=" ".join)
async def test_every_route_answers_whom_it_should(
    http: AsyncClient, scene: Scene, route: tuple[str, str], identity: str
) -> None:
    (method, path), call = route, CALLS[route]
    inside = path.startswith("/internal")
    ids = dict(scene.ids)
    if inside:
        ids["agent_id"] = decode("agt", ids["agent_id"])
    wanted = {"anonymous": call.nobody, "no-scope": call.no_scope, "other-workspace": call.other}

    answer = await http.request(
        method,
        path.format(**ids),
        json=_body(call, scene),
        headers={**call.headers, **(scene.services if inside else scene.identities)[identity]},
    )

    assert answer.status_code == wanted.get(identity, call.valid), answer.text
    if identity == "other-workspace":
        assert scene.ids["agent_id"] not in answer.text


def _body(call: Call, scene: Scene) -> Any:
    if call.json == "a form":
        return a_form()
    if call.json == "credentials":
        return {"email": scene.ada.user["email"], "password": PASSWORD}
    return call.json

"""Who may call which route of crm: every route, every kind of caller."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

import contactflow.crm
from contactflow.kernel import decode, new_id
from contactflow.testing.conventions import breaches
from contactflow.testing.tokens import Callers
from contactflow.web.security import scopes
from services.crm.tests.conftest import SCOPES


class Call(NamedTuple):
    """The one scope it takes, a request that succeeds, and what is answered in which workspace."""

    scope: str
    valid: int
    other: int
    json: Any = None
    headers: Mapping[str, str] = {}


READ, WRITE = "contacts:read", "contacts:write"
CALLS: Mapping[tuple[str, str], Call] = {
    ("POST", "/v1/contacts"): Call(WRITE, 201, 201, {"name": "Eve"}),
    ("GET", "/v1/contacts"): Call(READ, 200, 200),
    ("POST", "/v1/contacts/search"): Call(READ, 200, 200, {"name_prefix": "ada"}),
    ("GET", "/v1/contacts/{contact_id}"): Call(READ, 200, 404),
    ("PATCH", "/v1/contacts/{contact_id}"): Call(WRITE, 200, 404, {}, {"If-Match": '"1"'}),
    ("DELETE", "/v1/contacts/{contact_id}"): Call(WRITE, 204, 404),
    ("GET", "/v1/contacts/{contact_id}/timeline"): Call("timeline:read", 200, 404),
    ("GET", "/internal/contacts/{contact_id}"): Call("internal", 200, 404),
    ("POST", "/internal/erasures/discover"): Call("internal", 403, 403, {}),
    ("POST", "/internal/erasures/{request_id}/verify"): Call("internal", 403, 403, {}),
}
Headers = dict[str, str]
Identities = Callable[[str], dict[str, Headers]]


@pytest.fixture
async def contact_id(http: AsyncClient) -> str:
    created = await http.post("/v1/contacts", json={"name": "Ada"})
    return str(created.json()["id"])


@pytest.fixture
def identities(callers: Callers, workspace_id: UUID, other_workspace_id: UUID) -> Identities:
    """Who there is to a route that takes this scope."""

    def known(scope: str) -> dict[str, Headers]:
        others = {*SCOPES, "agents:read"} - {scope}
        return {
            "anonymous": {"Authorization": ""},
            "public": callers.public(),
            "no-scope": callers.user(workspace_id, *others),
            "other-workspace": callers.user(other_workspace_id, scope),
            "valid": callers.user(workspace_id, scope),
        }

    return known


def test_the_table_has_every_route(app: FastAPI) -> None:
    source = Path(contactflow.crm.__file__).parent
    declared = sum(one.read_text().count("@router.") for one in source.rglob("endpoints.py"))

    listed = {(method, path): {*needed} for method, path, needed in scopes(app)}

    assert listed == {route: {call.scope} for route, call in CALLS.items()}
    assert len(listed) >= declared


def test_every_route_keeps_to_the_conventions(app: FastAPI) -> None:
    assert not breaches(app)


@pytest.mark.parametrize(
    "identity", ["anonymous", "public", "no-scope", "other-workspace", "valid"]
)
@pytest.mark.parametrize("route", CALLS, ids=" ".join)
async def test_every_route_answers_whom_it_should(
    http: AsyncClient,
    contact_id: str,
    identities: Identities,
    route: tuple[str, str],
    identity: str,
) -> None:
    call = CALLS[route]
    wanted = {"no-scope": 403, "other-workspace": call.other, "valid": call.valid}
    named = contact_id if route[1].startswith("/v1") else decode("con", contact_id)

    answer = await http.request(
        route[0],
        route[1].format(contact_id=named, request_id=new_id()),
        json=call.json,
        headers={**call.headers, **identities(call.scope)[identity]},
    )

    assert answer.status_code == wanted.get(identity, 401), answer.text
    if identity == "other-workspace":
        assert contact_id not in answer.text

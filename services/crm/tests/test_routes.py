"""Who may call which route of crm: every route, every kind of caller."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

import contactflow.crm
from contactflow.testing.conventions import breaches
from contactflow.testing.tokens import Callers
from contactflow.web.security import scopes
from services.crm.tests.conftest import SCOPES


class Call(NamedTuple):
    """A request that succeeds, what it answers, and what it answers in another workspace."""

    valid: int
    other: int
    json: Any = None
    headers: Mapping[str, str] = {}


CALLS: Mapping[tuple[str, str], Call] = {
    ("POST", "/v1/contacts"): Call(201, 201, {"name": "Eve"}),
    ("GET", "/v1/contacts"): Call(200, 200),
    ("POST", "/v1/contacts/search"): Call(200, 200, {"name_prefix": "ada"}),
    ("GET", "/v1/contacts/{contact_id}"): Call(200, 404),
    ("PATCH", "/v1/contacts/{contact_id}"): Call(200, 404, {}, {"If-Match": '"1"'}),
    ("DELETE", "/v1/contacts/{contact_id}"): Call(204, 404),
    ("GET", "/v1/contacts/{contact_id}/timeline"): Call(200, 404),
}


@pytest.fixture
async def contact_id(http: AsyncClient) -> str:
    created = await http.post("/v1/contacts", json={"name": "Ada"})
    return str(created.json()["id"])


@pytest.fixture
def identities(
    callers: Callers, workspace_id: UUID, other_workspace_id: UUID
) -> dict[str, dict[str, str]]:
    return {
        "anonymous": {"Authorization": ""},
        "public": callers.public(),
        "no-scope": callers.user(workspace_id, "agents:read"),
        "other-workspace": callers.user(other_workspace_id, *SCOPES),
        "valid": callers.user(workspace_id, *SCOPES),
    }


def test_the_table_has_every_route(app: FastAPI) -> None:
    source = Path(contactflow.crm.__file__).parent
    declared = sum(one.read_text().count("@router.") for one in source.rglob("endpoints.py"))

    listed = {(method, path) for method, path, _ in scopes(app)}

    assert listed == CALLS.keys()
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
    identities: dict[str, dict[str, str]],
    route: tuple[str, str],
    identity: str,
) -> None:
    call = CALLS[route]
    wanted = {"no-scope": 403, "other-workspace": call.other, "valid": call.valid}

    answer = await http.request(
        route[0],
        route[1].format(contact_id=contact_id),
        json=call.json,
        headers={**call.headers, **identities[identity]},
    )

    assert answer.status_code == wanted.get(identity, 401), answer.text
    if identity == "other-workspace":
        assert contact_id not in answer.text

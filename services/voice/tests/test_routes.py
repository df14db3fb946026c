"""Who may call which route of voice: every route, every kind of caller."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from contactflow.kernel import encode, new_id
from contactflow.testing.conventions import breaches
from contactflow.testing.tokens import Callers
from contactflow.web import Principal
from contactflow.web.security import scopes
from services.voice.tests.conftest import STAFF
from services.voice.tests.kept import kept
from services.voice.tests.switchboard import Switchboard


class Call(NamedTuple):
    """A request that succeeds, what it answers, and what it answers in another workspace."""

    valid: int
    other: int
    json: Any = None


NEW_CARRIER = {"kind": "twilio", "account_id": "AC2", "secret": "s"}
NEW_NUMBER = {
    "e164": "+33140205050",
    "carrier_id": "{carrier_id}",
    "agent_id": "{agent_id}",
    "recording": "off",
}
STAFF_CALLS: Mapping[tuple[str, str], Call] = {
    ("POST", "/v1/carriers"): Call(201, 201, NEW_CARRIER),
    ("GET", "/v1/carriers"): Call(200, 200),
    ("GET", "/v1/carriers/{carrier_id}"): Call(200, 404),
    ("PATCH", "/v1/carriers/{carrier_id}"): Call(200, 404, {"secret": "s"}),
    ("DELETE", "/v1/carriers/{carrier_id}"): Call(409, 404),
    ("POST", "/v1/phone-numbers"): Call(201, 422, NEW_NUMBER),
    ("GET", "/v1/phone-numbers"): Call(200, 200),
    ("GET", "/v1/phone-numbers/{phone_number_id}"): Call(200, 404),
    ("PATCH", "/v1/phone-numbers/{phone_number_id}"): Call(200, 404, {"recording": "on"}),
    ("GET", "/v1/carrier-webhooks"): Call(200, 200),
    ("GET", "/v1/calls"): Call(200, 200),
    ("GET", "/v1/calls/{call_id}"): Call(200, 404),
    ("GET", "/v1/calls/{call_id}/transcript"): Call(200, 404),
    ("GET", "/v1/calls/{call_id}/summary"): Call(200, 404),
    ("GET", "/v1/calls/{call_id}/recording"): Call(200, 404),
    ("DELETE", "/v1/phone-numbers/{phone_number_id}"): Call(204, 404),
}
INTERNAL_CALLS: Mapping[tuple[str, str], Call] = {
    ("GET", "/internal/callers/{subject_id}"): Call(200, 410),
    ("POST", "/internal/calls/contents"): Call(200, 200, {"call_ids": ["{call_uuid}"]}),
    ("POST", "/internal/erasures/discover"): Call(403, 403, {}),
    ("POST", "/internal/erasures/{request_id}/verify"): Call(403, 403, {}),
}


@pytest.fixture
async def names(switchboard: Switchboard) -> dict[str, str]:
    """What the paths and bodies below speak of."""
    call = await kept(switchboard)
    return {
        "agent_id": switchboard.agent,
        "call_id": encode("call", call.id),
        "call_uuid": str(call.id),
        "subject_id": str(call.subject_id),
        "carrier_id": switchboard.carrier["id"],
        "phone_number_id": switchboard.number["id"],
        "request_id": str(new_id()),
    }


@pytest.fixture
def identities(
    callers: Callers, workspace_id: UUID, other_workspace_id: UUID
) -> dict[str, dict[str, str]]:
    return {
        "anonymous": {},
        "public": callers.public(),
        "no-scope": callers.user(workspace_id, "contacts:read"),
        "staff": callers.user(workspace_id, *STAFF),
        "other-staff": callers.user(other_workspace_id, *STAFF),
        "service": callers.headers(Principal.service("crm", workspace_id)),
        "other-service": callers.headers(Principal.service("crm", other_workspace_id)),
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
    listed = {(method, path) for method, path, _ in scopes(app)}

    assert listed == {*STAFF_CALLS, *INTERNAL_CALLS}


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
    headers = identities[identity] | {"If-Match": "*"}

    answer = await http.request(
        route[0], route[1].format(**names), json=filled(call.json, names), headers=headers
    )

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

    answer = await http.request(
        route[0],
        route[1].format(**names),
        json=filled(call.json, names),
        headers=identities[identity],
    )

    assert answer.status_code == wanted.get(identity, 401), answer.text

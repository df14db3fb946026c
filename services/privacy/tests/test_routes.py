"""Who may call which route of privacy: every route, every kind of caller."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from joserfc.jwk import OKPKey
from pydantic import ValidationError

import contactflow.privacy
from contactflow.erasure.receipts import ReceiptKey, sign, verify
from contactflow.privacy.app import create_app
from contactflow.privacy.settings import PrivacySettings
from contactflow.runtime import Platform
from contactflow.testing.conventions import breaches
from contactflow.testing.database import Engines
from contactflow.testing.tokens import Callers
from contactflow.web import Principal
from contactflow.web.security import scopes
from services.privacy.tests.conftest import SCOPES, Store, settings
from services.privacy.tests.ways import MAIL

PRIVATE = json.dumps([OKPKey.generate_key("Ed25519").as_dict(private=True)])
READ, WRITE, DECIDE = SCOPES
AUDIT = "privacy:read"
ONE, OURS = "/v1/rights-requests/{request_id}", "/v1/public/rights-requests"
AN_EMAIL = {"kind": "email", "value": "eve@example.com"}
NEW = {"right": "erasure", "identifiers": [AN_EMAIL], "received_via": "letter"}


class Call(NamedTuple):
    """The one scope it takes, a request that succeeds, the answers here and elsewhere."""

    scope: str
    valid: int
    other: int
    json: Any = None
    status: str = "verifying_identity"


CALLS: Mapping[tuple[str, str], Call] = {
    ("POST", "/v1/rights-requests"): Call(WRITE, 201, 201, NEW),
    ("GET", "/v1/rights-requests"): Call(READ, 200, 200),
    ("GET", ONE): Call(READ, 200, 404),
    ("POST", f"{ONE}/verify"): Call(
        WRITE, 200, 404, {"method": "officer_attestation", "evidence": "She called."}
    ),
    ("POST", f"{ONE}/codes"): Call(WRITE, 202, 404),
    ("GET", f"{ONE}/preview"): Call(READ, 200, 404, status="awaiting_approval"),
    ("POST", f"{ONE}/approve"): Call(DECIDE, 202, 404, {}, status="awaiting_approval"),
    ("POST", f"{ONE}/refuse"): Call(DECIDE, 200, 404, {"reason_code": "excessive"}),
    ("POST", f"{ONE}/extend"): Call(WRITE, 200, 404, {"reason": "Many systems."}),
    ("POST", f"{ONE}/cancel"): Call(DECIDE, 200, 404),
    ("POST", f"{ONE}/answers"): Call(WRITE, 409, 404),
    ("GET", f"{ONE}/receipt"): Call(READ, 409, 404),
    ("GET", "/v1/audit-events"): Call(AUDIT, 200, 200),
}
INTERNAL = {("GET", "/internal/rights-requests/{request_id}/order")}
PUBLIC = {
    ("POST", OURS),
    ("POST", f"{OURS}/{{request_id}}/verify"),
    ("GET", f"{OURS}/{{request_id}}"),
}
OPEN = {("GET", "/.well-known/contactflow-keys.json")}
PAGES = {("GET", f"/privacy{name}") for name in ("", "/officer.js", "/officer.css", "/tokens.css")}
LISTED = {*CALLS, *INTERNAL, *PUBLIC, *OPEN, *PAGES}


def test_every_route_keeps_to_the_conventions(app: FastAPI) -> None:
    assert not breaches(app)


def test_the_tables_have_every_route(app: FastAPI) -> None:
    source = Path(contactflow.privacy.__file__).parent
    declared = sum(one.read_text().count("@router.") for one in source.rglob("*.py"))

    listed = {(method, path): {*needs} for method, path, needs in scopes(app)}

    assert listed.keys() == LISTED
    assert len(listed) >= declared
    assert {route: listed[route] for route in CALLS} == {
        route: {call.scope} for route, call in CALLS.items()
    }


@pytest.fixture
def identities(
    callers: Callers, workspace_id: UUID, other_workspace_id: UUID
) -> dict[str, dict[str, str]]:
    every = {"contacts:read", "messages:read"}
    return {
        "anonymous": {"Authorization": ""},
        "public": callers.public(),
        "no-scope": callers.user(workspace_id, *every),
        "service": callers.headers(Principal.service("gateway", workspace_id)),
        "other-workspace": callers.user(other_workspace_id, *SCOPES, AUDIT),
        "valid": callers.user(workspace_id, *SCOPES, AUDIT),
    }


@pytest.mark.parametrize(
    "identity", ["anonymous", "public", "no-scope", "service", "other-workspace", "valid"]
)
@pytest.mark.parametrize("route", CALLS, ids=" ".join)
async def test_every_officers_route_answers_whom_it_should(
    http: AsyncClient,
    store: Store,
    identities: dict[str, dict[str, str]],
    route: tuple[str, str],
    identity: str,
) -> None:
    call, (method, path) = CALLS[route], route
    request_id = await store(call.status, identifiers=[MAIL])
    wanted = {"no-scope": 403, "service": 403, "other-workspace": call.other, "valid": call.valid}

    answer = await http.request(
        method, path.format(request_id=request_id), json=call.json, headers=identities[identity]
    )

    assert answer.status_code == wanted.get(identity, 401), answer.text
    if identity != "valid":
        assert request_id not in answer.text


@pytest.mark.parametrize("route", CALLS, ids=" ".join)
async def test_one_scope_is_not_another(
    http: AsyncClient, callers: Callers, workspace_id: UUID, route: tuple[str, str]
) -> None:
    method, path = route
    headers = callers.user(workspace_id, *{*SCOPES, AUDIT} - {CALLS[route].scope}, "public")

    answer = await http.request(method, path, json=CALLS[route].json, headers=headers)

    assert answer.status_code == 403
    assert answer.json()["scope"] == CALLS[route].scope


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("chat", 404),
        ("crm", 404),
        ("gateway", 404),
        ("voice", 404),
        ("elsewhere", 403),
        ("privacy", 403),
    ],
)
async def test_an_order_is_for_participants(
    http: AsyncClient, callers: Callers, workspace_id: UUID, who: str, status: int
) -> None:
    service = Principal.service(who, workspace_id)
    path = f"/internal/rights-requests/{UUID(int=1)}/order"

    token = callers.headers(service)
    answer = await http.get(path, headers=token)

    assert answer.status_code == status


async def test_an_order_is_for_no_officer(http: AsyncClient) -> None:
    answer = await http.get(f"/internal/rights-requests/{UUID(int=1)}/order")

    assert answer.status_code == 403


async def test_a_receipt_of_a_retired_key_verifies_against_what_is_published(
    on: Platform[PrivacySettings], engines: Engines
) -> None:
    old = ReceiptKey.from_jwk(json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)))
    rotated = settings(engines, retired_receipt_keys=json.dumps([old.jwk]))
    app = create_app(replace(on, settings=rotated))

    async with AsyncClient(transport=ASGITransport(app), base_url="http://privacy") as client:
        keys = (await client.get("/.well-known/contactflow-keys.json")).json()

    assert [verify(sign({"version": 1}, key), keys) for key in (old, rotated.terms.key)]


@pytest.mark.parametrize("keys", ["{", "[{}]", PRIVATE])
def test_a_retired_key_is_a_public_one(engines: Engines, keys: str) -> None:
    with pytest.raises(ValidationError, match="retired_receipt_keys"):
        settings(engines, retired_receipt_keys=keys)


async def test_anybody_may_read_the_keys_of_receipts(http: AsyncClient) -> None:
    answer = await http.get("/.well-known/contactflow-keys.json", headers={"Authorization": ""})

    [key] = answer.json()["keys"]
    assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
    assert "d" not in key

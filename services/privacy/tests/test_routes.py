"""Who may call which route of privacy: every route, every kind of caller."""

from pathlib import Path

from fastapi import FastAPI
from httpx import AsyncClient

import contactflow.privacy
from contactflow.testing.conventions import breaches
from contactflow.web.security import scopes

OPEN = {("GET", "/.well-known/contactflow-keys.json")}
LISTED = {*OPEN, ("GET", "/v1/audit-events")}


def test_every_route_keeps_to_the_conventions(app: FastAPI) -> None:
    assert not breaches(app)


def test_the_tables_have_every_route(app: FastAPI) -> None:
    source = Path(contactflow.privacy.__file__).parent
    declared = sum(one.read_text().count("@router.") for one in source.rglob("*.py"))

    listed = {(method, path) for method, path, _ in scopes(app)}

    assert listed == LISTED
    assert len(listed) >= declared


async def test_anybody_may_read_the_keys_of_receipts(http: AsyncClient) -> None:
    answer = await http.get("/.well-known/contactflow-keys.json", headers={"Authorization": ""})

    [key] = answer.json()["keys"]
    assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
    assert "d" not in key

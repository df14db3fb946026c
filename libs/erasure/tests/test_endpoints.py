"""The internal routes of a participant, over HTTP."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient

from contactflow.erasure.participant import Participant
from contactflow.erasure.wire import Discovered, Person, Verified
from contactflow.kernel import new_id
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.rounds import erased, named
from contactflow.testing.tokens import Callers
from contactflow.web import Principal, application
from libs.erasure.tests.things import ADA, LIFE, a_life, someone

PATHS = ("/internal/erasures/discover", f"/internal/erasures/{new_id()}/verify")
Identities = Mapping[str, dict[str, str]]


@pytest.fixture
def callers(clock: FakeClock) -> Callers:
    return Callers("crm", clock)


@pytest.fixture
def identities(callers: Callers, workspace_id: UUID, other_workspace_id: UUID) -> Identities:
    return {
        "anonymous": {},
        "public": callers.public(),
        "no-scope": callers.user(workspace_id, "rights:decide"),
        "other-service": callers.headers(Principal.service("gateway", workspace_id)),
        "other-workspace": callers.headers(Principal.service("privacy", other_workspace_id)),
        "valid": callers.headers(Principal.service("privacy", workspace_id)),
    }


@pytest.fixture
async def http(works: Works, clock: FakeClock, callers: Callers) -> AsyncIterator[AsyncClient]:
    routers = [Participant("crm").router]
    app = application("crm", routers, works=works, clock=clock, verifier=callers.verifier)
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://crm") as client:
        yield client


async def live(work: Work) -> Person:
    await a_life(work, await someone(work, ADA))
    return named(work, ADA)


@pytest.fixture
async def ada(works: Works, workspace_id: UUID) -> dict[str, Any]:
    """As privacy asks for her."""
    return (await works.run(workspace_id, live)).model_dump(mode="json")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("identity", "status"),
    [("anonymous", 401), ("public", 401), ("no-scope", 403), ("other-service", 403)],
)
async def test_only_privacy_is_answered(
    http: AsyncClient, identities: Identities, path: str, identity: str, status: int
) -> None:
    answer = await http.post(path, json={}, headers=identities[identity])

    assert answer.status_code == status


@pytest.mark.parametrize(("identity", "known"), [("valid", True), ("other-workspace", False)])
async def test_nobody_of_another_workspace_is_known(
    http: AsyncClient, identities: Identities, ada: dict[str, Any], identity: str, *, known: bool
) -> None:
    said = [await http.post(path, json=ada, headers=identities[identity]) for path in PATHS]

    found, left = (one.json() for one in said)
    assert bool(found["rows"]) == bool(left["residue"]) == known


async def test_what_is_discovered_and_verified_is_read_as_it_was_said(
    http: AsyncClient, works: Works, workspace_id: UUID, identities: Identities, ada: dict[str, Any]
) -> None:
    answer = await http.post(PATHS[0], json=ada, headers=identities["valid"])
    found = Discovered.model_validate_json(answer.content)
    what = await works.run(workspace_id, lambda work: erased(work, ADA))
    path = f"/internal/erasures/{what.request_id}/verify"
    asked = found.person.model_dump(mode="json")
    answer = await http.post(path, json=asked, headers=identities["valid"])

    everything = LIFE | {"subjects": 1, "subject_identities": 1}
    assert found.rows == everything
    verified = Verified.model_validate_json(answer.content)
    assert verified == Verified(deleted=everything, residue={})

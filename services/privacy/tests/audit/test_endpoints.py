"""The audit ledger over HTTP."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient

from contactflow.events import Fact
from contactflow.events.contacts import ContactReturned
from contactflow.kernel import encode, new_id
from contactflow.testing.tokens import Callers
from services.privacy.tests.audit.conftest import Record
from services.privacy.tests.erasing.world import World

URL = "/v1/audit-events"


@pytest.fixture
def reader(callers: Callers, workspace_id: UUID) -> dict[str, str]:
    return callers.user(workspace_id, "privacy:read")


async def test_an_entry_says_who_did_what(
    http: AsyncClient, note: Record, reader: dict[str, str], user: UUID
) -> None:
    request_id = new_id()
    await note(
        action="request.approved", actor=f"user:{user}", request_id=request_id, facts={"claims": 2}
    )

    [one] = (await http.get(URL, headers=reader)).json()["data"]

    assert one["id"].startswith("evt_")
    assert (one["seq"], one["action"], one["facts"]) == (1, "request.approved", {"claims": 2})
    assert one["actor"] == {"kind": "user", "id": encode("usr", user)}
    assert one["request_id"] == encode("rr", request_id)
    assert len(one["hash"]) == 64


@pytest.mark.parametrize(
    ("actor", "told"),
    [
        ("public", {"kind": "public", "id": None}),
        ("service:chat", {"kind": "service", "id": "chat"}),
    ],
)
async def test_an_actor_is_told_by_what_they_are(
    http: AsyncClient, note: Record, reader: dict[str, str], actor: str, told: dict[str, str]
) -> None:
    await note(actor=actor)

    [one] = (await http.get(URL, headers=reader)).json()["data"]

    assert one["actor"] == told


async def test_the_ledger_is_walked_newest_first(
    http: AsyncClient, note: Record, reader: dict[str, str]
) -> None:
    for _ in range(5):
        await note()

    first = (await http.get(f"{URL}?limit=3", headers=reader)).json()
    rest = (await http.get(f"{URL}?cursor={first['next_cursor']}", headers=reader)).json()

    assert [one["seq"] for one in first["data"] + rest["data"]] == [5, 4, 3, 2, 1]
    assert (first["has_more"], rest["has_more"]) == (True, False)


async def test_the_ledger_is_read_from_a_time_on(
    http: AsyncClient, note: Record, reader: dict[str, str], at: datetime
) -> None:
    for late in (0, 1):
        await note(at=at + timedelta(microseconds=late))
    first = at.isoformat().replace("+00:00", "Z")

    found = (await http.get(f"{URL}?created_after={first}", headers=reader)).json()

    assert [one["seq"] for one in found["data"]] == [2]


async def test_the_entries_of_one_request(
    http: AsyncClient, note: Record, reader: dict[str, str]
) -> None:
    wanted = new_id()
    for request_id in (wanted, new_id(), wanted):
        await note(request_id=request_id)

    found = (await http.get(f"{URL}?request_id={encode('rr', wanted)}", headers=reader)).json()

    assert [one["seq"] for one in found["data"]] == [3, 1]


async def test_who_may_read_it(
    http: AsyncClient, note: Record, callers: Callers, workspace_id: UUID, other_workspace_id: UUID
) -> None:
    await note()
    identities = {
        401: {"Authorization": ""},
        403: callers.user(workspace_id, "rights:read", "rights:write", "rights:decide"),
        200: callers.user(other_workspace_id, "privacy:read"),
    }

    for status, headers in identities.items():
        answer = await http.get(URL, headers=headers)
        assert answer.status_code == status
        assert answer.json().get("data", []) == []


async def test_who_entered_an_erased_person_again_is_noted(
    world: World, http: AsyncClient, callers: Callers, workspace_id: UUID, at: datetime
) -> None:
    nora = new_id()
    by = {"entered_by": "user", "entered_by_id": nora}
    body = ContactReturned.model_validate({"contact_id": new_id(), "returned_at": at, **by})
    said = Fact(new_id(), workspace_id, body.contact_id, 2, at, body)

    await world.hear("audit.note_return", said)

    officer = callers.user(workspace_id, "privacy:read")
    [one] = (await http.get("/v1/audit-events", headers=officer)).json()["data"]
    assert (one["action"], one["actor"]["id"]) == ("contact.returned", encode("usr", nora))
    assert one["facts"] == {
        "contact_id": encode("con", body.contact_id),
        "returned_at": "2026-11-21T12:00:00Z",
    }

"""The public door: everybody gets the same answer, and only who reads the mail gets further."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from contactflow.kernel import encode, new_id
from contactflow.testing.clock import FakeClock
from contactflow.testing.tokens import Callers
from contactflow.web import Principal
from services.privacy.tests.conftest import Store
from services.privacy.tests.erasing.world import World

PATH = "/v1/public/rights-requests"
MAIL = {"kind": "email", "value": "ada@example.com"}
BOB = {"kind": "email", "value": "bob@example.com"}
MOB = {"kind": "phone", "value": "+33612345678"}


class Visitor:
    """Somebody at the door, seen by the gateway as one client."""

    def __init__(self, http: AsyncClient, callers: Callers, workspace_id: UUID) -> None:
        self._http, self._callers, self._client = http, callers, new_id().hex
        self.workspace = encode("ws", workspace_id)

    async def ask(self, identifier: dict[str, str], **more: Any) -> Any:
        new = {"workspace": self.workspace, "right": "erasure", "identifier": identifier, **more}
        return await self._http.post(PATH, json=new, headers=self._headers())

    async def prove(self, request_id: str, code: str) -> Any:
        path = f"{PATH}/{request_id}/verify"
        return await self._http.post(path, json={"code": code}, headers=self._headers())

    async def read(self, request_id: str, token: str | None) -> Any:
        headers = self._headers() | ({"ContactFlow-Visitor-Token": token} if token else {})
        return await self._http.get(f"{PATH}/{request_id}", headers=headers)

    def _headers(self) -> dict[str, str]:
        return self._callers.headers(Principal.public(self._client))


@pytest.fixture
async def visitor(app: FastAPI, callers: Callers, workspace_id: UUID) -> AsyncIterator[Visitor]:
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://privacy") as client:
        yield Visitor(client, callers, workspace_id)


def code_in(world: World) -> str:
    return str(world.emails.sent[-1].facts["code"])


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


async def test_an_address_always_gets_an_id_and_a_mail(visitor: Visitor, world: World) -> None:
    answer = await visitor.ask(MAIL, locale="fr")
    await world.work()

    [email] = world.emails.sent
    assert answer.status_code == 202
    assert answer.json().keys() == {"id"}
    assert (email.template, email.to, email.locale) == ("rights_code", MAIL["value"], "fr")


async def test_a_number_gets_the_same_answer_and_no_mail(visitor: Visitor, world: World) -> None:
    answer = await visitor.ask(MOB)
    await world.work()

    assert (answer.status_code, answer.json().keys()) == (202, {"id"})
    assert world.emails.sent == []


@pytest.mark.parametrize(
    ("said", "normalised"),
    [
        ("ADA@EXAMPLE.COM", "ada@example.com"),
        ("ада@пример.рф", "ада@пример.рф"),
        ("\uff4aosé@exämple.fr", "josé@exämple.fr"),
    ],
)
async def test_addresses_are_normalised(
    visitor: Visitor, world: World, said: str, normalised: str
) -> None:
    answer = await visitor.ask({"kind": "email", "value": said})
    await world.work()

    assert answer.status_code == 202
    assert [one.to for one in world.emails.sent] == [normalised]


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ({"kind": "email", "value": "ada"}, "invalid_email"),
        ({"kind": "phone", "value": "12"}, "invalid_phone"),
        ({"kind": "email", "value": "ada@" + "x" * 320}, "too_long"),
    ],
)
async def test_what_cannot_be_normalised_is_named(
    visitor: Visitor, identifier: dict[str, str], code: str
) -> None:
    answer = await visitor.ask(identifier)

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (422, code)
    assert error["pointer"] == "/identifier/value"


async def test_an_unknown_workspace_is_not_found(visitor: Visitor) -> None:
    visitor.workspace = encode("ws", new_id())

    assert (await visitor.ask(MAIL)).status_code == 404


async def test_the_code_opens_the_request_and_starts_it(
    visitor: Visitor, world: World, http: AsyncClient
) -> None:
    request_id = (await visitor.ask(MAIL)).json()["id"]
    await world.work()

    token = (await visitor.prove(request_id, code_in(world))).json()["token"]
    shown = (await visitor.read(request_id, token)).json()
    await world.work()

    assert shown == {
        "id": request_id,
        "right": "erasure",
        "status": "discovering",
        "received_at": "2026-11-21T12:00:00Z",
        "due_at": "2026-12-21T12:00:00Z",
        "completed_at": None,
    }
    officers = (await http.get(f"/v1/rights-requests/{request_id}")).json()
    assert (officers["status"], officers["received_via"]) == ("awaiting_approval", "form")


async def test_every_wrong_code_has_one_answer(
    visitor: Visitor, world: World, clock: FakeClock, store: Store
) -> None:
    locked = (await visitor.ask(MAIL)).json()["id"]
    await world.work()
    right = code_in(world)
    answers = [await visitor.prove(locked, other_than(right)) for _ in range(5)]
    answers.append(await visitor.prove(locked, right))
    late = (await visitor.ask(MAIL)).json()["id"]
    await world.work()
    clock.advance(timedelta(minutes=10))
    answers.append(await visitor.prove(late, code_in(world)))
    answers.append(await visitor.prove(await store(), right))
    answers.append(await visitor.prove(encode("rr", new_id()), right))

    bodies = [one.json() for one in answers]
    assert {one.status_code for one in answers} == {422}
    assert len({(one["code"], one["title"], one["detail"]) for one in bodies}) == 1
    assert bodies[0]["code"] == "code_rejected"


async def test_who_has_no_token_learns_nothing(
    visitor: Visitor, world: World, store: Store
) -> None:
    mine, other = (await visitor.ask(MAIL)).json()["id"], await store()
    await world.work()
    token = (await visitor.prove(mine, code_in(world))).json()["token"]

    answers = [
        await visitor.read(mine, None),
        await visitor.read(mine, "x" * 43),
        await visitor.read(other, token),
        await visitor.read(encode("rr", new_id()), token),
    ]

    assert {one.status_code for one in answers} == {401}
    assert {(one.json()["code"], one.json()["wants"]) for one in answers} == {
        ("unauthenticated", "visitor")
    }


async def test_one_address_is_written_to_so_often_and_no_more(
    visitor: Visitor, app: FastAPI, callers: Callers, workspace_id: UUID
) -> None:
    known = {"kind": "email", "value": f"{new_id().hex}@example.com"}
    for _ in range(5):
        assert (await visitor.ask(known)).status_code == 202

    transport = ASGITransport(app)
    async with AsyncClient(transport=transport, base_url="http://privacy") as client:
        somebody_else = Visitor(client, callers, workspace_id)
        answer = await somebody_else.ask(known)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


async def test_an_officer_writes_to_an_address_no_oftener_than_the_door_does(
    visitor: Visitor, http: AsyncClient
) -> None:
    request_id = (await visitor.ask(MAIL)).json()["id"]
    path = f"/v1/rights-requests/{request_id}/codes"

    sent = [(await http.post(path)).status_code for _ in range(5)]

    assert sent == [202] * 4 + [429]
    assert (await visitor.ask(MAIL)).status_code == 429


async def test_one_client_asks_so_often_and_no_more(visitor: Visitor) -> None:
    for number in range(20):
        known = {"kind": "email", "value": f"{number}.{new_id().hex}@example.com"}
        assert (await visitor.ask(known)).status_code == 202

    assert (await visitor.ask(MOB)).status_code == 429


async def test_only_the_gateway_opens_the_door(http: AsyncClient) -> None:
    answer = await http.get(f"{PATH}/{encode('rr', new_id())}", headers={"Authorization": ""})

    assert answer.status_code == 401


DAY = timedelta(days=1).total_seconds()
KEPT = text("SELECT count(*) FROM rights_dossiers UNION ALL SELECT count(*) FROM subjects")


async def kept(world: World) -> list[int]:
    """Dossiers, people."""
    return list(await world.works.run(world.workspace_id, lambda work: work.session.scalars(KEPT)))


async def test_what_nobody_ever_verifies_is_closed_when_it_is_due_and_its_person_forgotten(
    visitor: Visitor, world: World, http: AsyncClient, callers: Callers, workspace_id: UUID
) -> None:
    request_id = (await visitor.ask(MAIL)).json()["id"]
    await world.wait(30 * DAY - 1)
    before = await kept(world)
    await world.wait(1)

    officer = callers.user(workspace_id, "rights:read", "privacy:read")
    shown = (await http.get(f"/v1/rights-requests/{request_id}", headers=officer)).json()
    [last, *_] = (await http.get("/v1/audit-events", headers=officer)).json()["data"]
    assert (before, await kept(world)) == ([1, 1], [0, 0])
    assert (shown["status"], shown["decided_by"]) == ("cancelled", "service:privacy")
    assert shown["reason_code"] == "identity_not_verified"
    assert (last["action"], last["actor"]["kind"]) == ("rights_request.cancelled", "service")


async def test_what_was_verified_or_extended_is_not_closed(
    visitor: Visitor, world: World, http: AsyncClient, callers: Callers, workspace_id: UUID
) -> None:
    ids = [(await visitor.ask(MAIL)).json()["id"]]
    await world.work()
    await visitor.prove(ids[0], code_in(world))
    ids.append((await visitor.ask(BOB)).json()["id"])
    await http.post(f"/v1/rights-requests/{ids[1]}/extend", json={"reason": "Away."})
    seen = []
    for days in (30, 62):
        await world.wait(days * DAY)
        officer = callers.user(workspace_id, "rights:read")
        listed = (await http.get("/v1/rights-requests", headers=officer)).json()["data"]
        seen.append([one["status"] for one in listed[::-1]])

    assert seen == [["awaiting_approval", "verifying_identity"], ["awaiting_approval", "cancelled"]]


async def test_a_number_that_no_officer_has_handled_stays_open_and_is_overdue(
    visitor: Visitor, world: World, http: AsyncClient, callers: Callers, workspace_id: UUID
) -> None:
    request_id = (await visitor.ask(MOB)).json()["id"]
    await world.wait(40 * DAY)

    officer = callers.user(workspace_id, "rights:read")
    shown = (await http.get(f"/v1/rights-requests/{request_id}", headers=officer)).json()
    assert (shown["status"], shown["answer"]) == ("verifying_identity", "by_officer")
    assert shown["identifiers"]

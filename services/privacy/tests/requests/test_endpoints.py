"""Rights requests over HTTP, for officers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from contactflow.kernel import encode, new_id
from contactflow.privacy.requests.dossier import Identifier
from contactflow.testing.clock import FakeClock
from contactflow.testing.tokens import Callers
from services.privacy.tests.conftest import Store
from services.privacy.tests.erasing.world import World
from services.privacy.tests.ways import MAIL, MOB

PATH = "/v1/rights-requests"
AN_EMAIL = {"kind": "email", "value": " Ada@Example.com "}
A_PHONE = {"kind": "phone", "value": "+33 6 12 34 56 78"}
NEW = {"right": "erasure", "identifiers": [AN_EMAIL, A_PHONE], "received_via": "letter"}


async def test_a_request_is_entered_with_its_clock_and_shown_masked(http: AsyncClient) -> None:
    new = NEW | {"received_at": "2026-11-10T09:00:00+01:00", "locale": "fr"}

    answer = await http.post(PATH, json=new)

    shown = answer.json()
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert shown["received_at"] == "2026-11-10T08:00:00Z"
    assert shown["due_at"] == "2026-12-10T08:00:00Z"
    assert (shown["status"], shown["round"], shown["preview"]) == ("verifying_identity", 0, None)
    assert [one["masked"] for one in shown["identifiers"]] == ["a…@example.com", "+33…78"]
    assert {one["state"] for one in shown["participants"]} == {"waiting"}
    assert (await http.get(answer.headers["Location"])).json() == shown
    assert "12345678" not in answer.text.replace(" ", "")


async def test_who_is_restricted_at_the_intake_is_so_at_once_until_it_is_decided(
    http: AsyncClient,
) -> None:
    entered = (await http.post(PATH, json=NEW | {"restrict": True})).json()
    path = f"{PATH}/{entered['id']}"
    refused = (await http.post(f"{path}/refuse", json={"reason_code": "excessive"})).json()
    other = (await http.post(PATH, json=NEW)).json()

    since = [one["restricted_at"] for one in (entered, refused, other)]
    assert since == [entered["created_at"], None, None]
    assert refused["restrict"]


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"identifiers": []}, "too_short", "/identifiers"),
        ({"identifiers": [{"kind": "email", "value": "nope"}]}, "invalid_email", "value"),
        ({"identifiers": [{"kind": "phone", "value": "0612345678"}]}, "invalid_phone", "value"),
        ({"identifiers": [{"kind": "name", "value": "Ada"}]}, "not_allowed", "kind"),
        ({"received_via": "pigeon"}, "not_allowed", "/received_via"),
        ({"received_at": "2026-11-10T09:00:00"}, "invalid_time", "/received_at"),
        ({"received_at": "20261101"}, "invalid_time", "/received_at"),
        ({"received_at": "0001-01-01T00:00:00Z"}, "invalid_time", "/received_at"),
        ({"restrict": "yes"}, "wrong_type", "/restrict"),
        ({"restrict": 1}, "wrong_type", "/restrict"),
        ({"by": "me"}, "unknown_field", "/by"),
    ],
)
async def test_what_cannot_be_read_is_named_and_not_repeated(
    http: AsyncClient, change: dict[str, Any], code: str, pointer: str
) -> None:
    answer = await http.post(PATH, json=NEW | change)

    [error] = answer.json()["errors"]
    assert answer.status_code == 422
    assert error["pointer"].endswith(pointer)
    assert error["code"] == code
    assert (await http.get(PATH)).json()["data"] == []


async def test_nothing_is_received_in_the_future(http: AsyncClient) -> None:
    answer = await http.post(PATH, json=NEW | {"received_at": "2026-11-21T12:00:01Z"})

    assert (answer.status_code, answer.json()["code"]) == (422, "received_in_future")


@pytest.mark.parametrize(
    "right", ["access", "rectification", "portability", "restriction", "objection"]
)
async def test_what_is_not_built_is_not_available(http: AsyncClient, right: str) -> None:
    answer = await http.post(PATH, json=NEW | {"right": right})

    assert (answer.status_code, answer.json()["code"]) == (422, "not_available")


async def test_the_same_key_is_the_same_request(http: AsyncClient) -> None:
    key = {"Idempotency-Key": new_id().hex}

    first, second = [await http.post(PATH, json=NEW, headers=key) for _ in range(2)]

    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json() == second.json()
    assert len((await http.get(PATH)).json()["data"]) == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"method": "officer_attestation"}, "evidence_or_code"),
        ({"method": "code"}, "evidence_or_code"),
        ({"method": "code", "evidence": "Known."}, "evidence_or_code"),
        ({"method": "code", "code": "1234"}, "wrong_format"),
        (
            {"method": "officer_attestation", "evidence": "Known.", "code": "12345678"},
            "evidence_or_code",
        ),
        ({"method": "officer_attestation", "evidence": " "}, "wrong_format"),
    ],
)
async def test_a_verification_says_what_it_rests_on(
    http: AsyncClient, store: Store, said: dict[str, str], code: str
) -> None:
    answer = await http.post(f"{PATH}/{await store()}/verify", json=said)

    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["errors"]] == [code]


async def test_a_code_is_sent_and_tried_five_times(
    http: AsyncClient, store: Store, world: World
) -> None:
    path = f"{PATH}/{await store(identifiers=[MAIL])}"
    await http.post(f"{path}/codes")
    await world.work()
    [email] = world.emails.sent
    right = email.facts["code"]
    wrong = f"{(int(right) + 1) % 10**8:08}"
    tried = [
        await http.post(f"{path}/verify", json={"method": "code", "code": code})
        for code in (*[wrong] * 5, right)
    ]

    assert {one.status_code for one in tried} == {422}
    assert {one.json()["code"] for one in tried} == {"code_rejected"}
    assert (await http.get(path)).json()["status"] == "verifying_identity"


async def test_the_right_code_verifies(http: AsyncClient, store: Store, world: World) -> None:
    path = f"{PATH}/{await store(identifiers=[MAIL])}"
    await http.post(f"{path}/codes")
    await world.work()
    code = world.emails.sent[0].facts["code"]

    answer = await http.post(f"{path}/verify", json={"method": "code", "code": code})

    assert (answer.status_code, answer.json()["status"]) == (200, "discovering")


@pytest.mark.parametrize(
    ("to", "said"), [("codes", {}), ("verify", {"method": "code", "code": "12345678"})]
)
async def test_a_code_says_nothing_of_what_else_is_named(
    http: AsyncClient, store: Store, to: str, said: dict[str, str]
) -> None:
    path = f"{PATH}/{await store(identifiers=[MAIL, MOB])}"

    answer = await http.post(f"{path}/{to}", json=said)

    assert (answer.status_code, answer.json()["code"]) == (409, "several_identifiers")
    assert (await http.get(path)).json()["status"] == "verifying_identity"


@pytest.mark.parametrize("status", ["verifying_identity", "discovering", "refused", "completed"])
async def test_only_what_awaits_approval_is_approved(
    http: AsyncClient, store: Store, status: str
) -> None:
    answer = await http.post(f"{PATH}/{await store(status)}/approve", json={})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "rights_request_state")
    assert (problem["status"], problem["state"]) == (409, status)


async def test_who_approves_what_has_changed_reads_it_again(
    http: AsyncClient, store: Store
) -> None:
    path = f"{PATH}/{await store('awaiting_approval')}"
    tag = (await http.get(path)).headers["ETag"]

    stale = await http.post(f"{path}/approve", json={}, headers={"If-Match": '"1"'})
    fresh = await http.post(f"{path}/approve", json={}, headers={"If-Match": tag})

    assert (stale.status_code, fresh.status_code) == (412, 202)
    assert fresh.json()["decided_by"].startswith("usr_")


async def test_nobody_is_erased_by_an_id_that_was_not_listed(
    http: AsyncClient, store: Store
) -> None:
    path, claims = f"{PATH}/{await store('awaiting_approval')}", [encode("clm", new_id())]

    answer = await http.post(f"{path}/approve", json={"claims": claims})

    assert (answer.status_code, answer.json()["code"]) == (422, "claim_not_found")
    assert (await http.get(path)).json()["status"] == "awaiting_approval"


async def test_the_time_is_extended_once(http: AsyncClient, store: Store) -> None:
    path, said = f"{PATH}/{await store()}", {"reason": "Four systems."}

    first = await http.post(f"{path}/extend", json=said)
    second = await http.post(f"{path}/extend", json=said)

    assert first.json()["extended"]
    assert first.json()["due_at"] == "2027-02-21T12:00:00Z"
    assert (second.status_code, second.json()["code"]) == (409, "extension_refused")


@pytest.mark.parametrize(
    ("identifiers", "answer"), [([MAIL, MOB], "by_email"), ([MOB], "by_officer")]
)
async def test_who_left_no_address_is_answered_by_an_officer(
    http: AsyncClient, store: Store, identifiers: list[Identifier], answer: str
) -> None:
    path = f"{PATH}/{await store(identifiers=identifiers)}"

    shown = (await http.get(path)).json()
    cancelled = (await http.post(f"{path}/cancel")).json()

    assert (shown["answer"], cancelled["answer"]) == (answer, None)


async def test_officers_read_what_officers_said_until_the_request_is_over(
    http: AsyncClient, store: Store
) -> None:
    path = f"{PATH}/{await store()}"
    attested = {"method": "officer_attestation", "evidence": "She called."}
    await http.post(f"{path}/verify", json=attested)
    await http.post(f"{path}/extend", json={"reason": "Four systems."})

    said = (await http.get(path)).json()
    [listed] = (await http.get(PATH)).json()["data"]
    over = (await http.post(f"{path}/refuse", json={"reason_code": "excessive"})).json()

    assert (said["evidence"], said["extension_reason"]) == ("She called.", "Four systems.")
    assert not {"evidence", "extension_reason"} & listed.keys()
    assert (over["evidence"], over["extension_reason"]) == (None, None)


async def test_a_week_before_it_is_due_soon(
    http: AsyncClient, store: Store, clock: FakeClock, callers: Callers, workspace_id: UUID
) -> None:
    path, seen = f"{PATH}/{await store()}", []
    for wait in (timedelta(days=23) - timedelta(seconds=1), timedelta(seconds=1)):
        clock.advance(wait)
        officer = callers.user(workspace_id, "rights:read")
        seen.append((await http.get(path, headers=officer)).json()["due_soon"])

    assert seen == [False, True]


async def test_a_list_is_newest_first_and_by_status(http: AsyncClient, store: Store) -> None:
    ids = [await store(status) for status in ("discovering", "refused", "discovering")]

    every = (await http.get(PATH)).json()["data"]
    some = (await http.get(f"{PATH}?status=discovering")).json()["data"]
    page = (await http.get(f"{PATH}?limit=2")).json()

    assert [one["id"] for one in every] == ids[::-1]
    assert [one["id"] for one in some] == [ids[2], ids[0]]
    assert page["has_more"]
    assert (await http.get(f"{PATH}?limit=2&cursor={page['next_cursor']}")).json()["data"] == [
        every[2]
    ]


async def test_what_is_open_is_listed_held_up_or_not(
    http: AsyncClient, store: Store, world: World
) -> None:
    ids = [await store(status) for status in ("awaiting_approval", "discovering", "executing")]
    for status in ("completed", "refused", "cancelled"):
        await store(status)
    world.participants["crm"].down = True
    await http.post(f"{PATH}/{ids[0]}/approve", json={})
    await world.wait(20)
    await world.settle()
    await world.wait(20)

    listed = (await http.get(f"{PATH}?status=open")).json()["data"]

    assert [one["id"] for one in listed] == ids[::-1]
    assert "stalled" in {one["status"] for one in listed}


@pytest.mark.parametrize(
    ("end", "said", "status"),
    [("cancel", {}, "cancelled"), ("refuse", {"reason_code": "excessive"}, "refused")],
)
async def test_what_was_held_up_and_is_over_is_listed_as_what_it_is(
    http: AsyncClient, store: Store, world: World, end: str, said: dict[str, str], status: str
) -> None:
    request_id = await store()
    world.participants["crm"].down = True
    attested = {"method": "officer_attestation", "evidence": "Known."}
    await http.post(f"{PATH}/{request_id}/verify", json=attested)
    await world.work()
    await http.post(f"{PATH}/{request_id}/{end}", json=said)

    [listed] = (await http.get(f"{PATH}?status={status}")).json()["data"]

    assert (listed["id"], listed["status"]) == (request_id, status)
    assert (await http.get(f"{PATH}?status=stalled")).json()["data"] == []


async def test_a_preview_comes_after_discovery(http: AsyncClient, store: Store) -> None:
    early = await http.get(f"{PATH}/{await store('discovering')}/preview")
    later = await http.get(f"{PATH}/{await store('awaiting_approval')}/preview")

    assert (early.status_code, early.json()["code"]) == (409, "rights_request_state")
    assert later.json()["claims"] == []
    assert later.json()["counts"].keys() == {"gateway", "chat", "crm", "voice"}


async def test_there_is_no_receipt_of_what_is_not_completed(
    http: AsyncClient, store: Store
) -> None:
    answer = await http.get(f"{PATH}/{await store('executing')}/receipt")

    assert (answer.status_code, answer.json()["code"]) == (409, "receipt_pending")


@pytest.mark.parametrize("request_id", ["rr_0", "x", encode("rr", UUID(int=5))])
async def test_what_is_not_there_is_not_found(http: AsyncClient, request_id: str) -> None:
    assert (await http.get(f"{PATH}/{request_id}")).status_code == 404

"""An erasure from its request to its receipt, on real PostgreSQL, between fake services."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text

from contactflow.erasure.receipts import verify
from contactflow.erasure.wire import Index
from contactflow.events.erasures import PARTICIPANTS, ParticipantName
from contactflow.kernel import PLATFORM_WORKSPACE_ID, decode, encode
from contactflow.persistence import Work, Works
from contactflow.privacy.requests.model import ROUNDS
from contactflow.privacy.requests.promises import OfRequest
from contactflow.privacy.settings import PrivacySettings
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.testing.tokens import Callers
from contactflow.vault import Email, Identity, Phone, keyring
from services.privacy.tests.conftest import SCOPES, opened
from services.privacy.tests.erasing.world import World
from services.privacy.tests.fakes import Somebody

ADA, MOB = Email("ada@example.com"), Phone("+33612345678")
AN_EMAIL = {"kind": "email", "value": ADA.value}
NEW = {"right": "erasure", "identifiers": [AN_EMAIL], "received_via": "letter"}
ATTESTED = {"method": "officer_attestation", "evidence": "She called from her number."}
Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def mail(works: Works, workspace_id: UUID) -> Index:
    return await index(works, workspace_id)


async def index(works: Works, workspace_id: UUID, of: Identity = ADA) -> Index:
    async def known(work: Work) -> Index:
        [one] = keyring(work.session.info).indexer.indexes([of])
        return Index(kind=one.kind, version=one.version, digest=one.digest.hex())

    return await works.run(workspace_id, known)


@pytest.fixture
def ask(http: AsyncClient) -> Ask:
    """POST to a request, which then is as it is shown."""

    async def ask(path: str, **body: Any) -> dict[str, Any]:
        answer = await http.post(f"/v1/rights-requests{path}", json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    return ask


@pytest.fixture
async def approved(world: World, ask: Ask, mail: Index) -> str:
    """Somebody whom chat and crm know; their request is approved, and nobody has been told."""
    visitor = Somebody(rows=3)
    world.participants["chat"].meets(visitor)
    world.participants["crm"].meets(Somebody(rows=2, indexes=[mail], links={"chat": visitor.id}))
    request = await ask("", **NEW)
    await ask(f"/{request['id']}/verify", **ATTESTED)
    await world.work()
    await ask(f"/{request['id']}/approve")
    return str(request["id"])


async def shown(http: AsyncClient, request_id: str) -> dict[str, Any]:
    return dict((await http.get(f"/v1/rights-requests/{request_id}")).json())


async def test_somebody_is_found_erased_verified_and_receipted(
    world: World, http: AsyncClient, app: FastAPI, approved: str
) -> None:
    before = await shown(http, approved)
    await world.settle()

    request = await shown(http, approved)
    receipt = (await http.get(f"/v1/rights-requests/{approved}/receipt")).json()

    assert before["preview"]["counts"] == {
        "chat": {"things": 3},
        "crm": {"things": 2},
        "gateway": {},
        "voice": {},
    }
    assert (request["status"], request["round"]) == ("completed", 1)
    assert {one["state"] for one in request["participants"]} == {"verified"}
    assert not world.participants["chat"].held
    assert not world.participants["crm"].held
    payload = verify(receipt, app.state.keys)["payload"]
    deleted = {one["name"]: one["deleted"] for one in payload["participants"]}
    assert deleted == {"chat": {"things": 3}, "crm": {"things": 2}, "gateway": {}, "voice": {}}
    assert payload["backups_expire_on"] == "2026-12-26"
    assert payload["subprocessors"] == [{"name": "OpenAI", "expires_on": "2026-12-21"}]
    assert payload["legal_role"] == "processor"


async def test_no_time_passes_on_the_way(
    world: World, http: AsyncClient, clock: FakeClock, approved: str
) -> None:
    begun = clock()

    await world.settle()

    assert (await shown(http, approved))["status"] == "completed"
    assert clock() == begun


ASKED = text("SELECT count(*) FROM outbox WHERE type = 'erasure.requested'")


async def test_what_was_told_before_the_request_moved_on_is_void(
    world: World, http: AsyncClient, works: Works, workspace_id: UUID, approved: str
) -> None:
    """Two processes look at once: one was paused for so long that its job was given to another."""
    due = OfRequest(workspace_id=workspace_id, request_id=decode("rr", approved))
    looked = await world.saga.look(due)
    await world.work()
    before = await shown(http, approved)

    async def late(work: Work) -> None:
        assert looked
        await world.saga.apply(work, due, looked)

    await works.run(workspace_id, late)

    assert await shown(http, approved) == before
    assert (await works.run(workspace_id, lambda work: work.rows(ASKED))).scalar_one() == 1


LEFT = text("""
    SELECT (SELECT count(*) FROM rights_dossiers), (SELECT count(*) FROM rights_answers),
           (SELECT count(*) FROM subjects), (SELECT count(*) FROM subject_identities)
""")


async def left(works: Works, workspace_id: UUID) -> tuple[int, ...]:
    """Dossiers, answers, people and identities."""
    return tuple((await works.run(workspace_id, lambda work: work.rows(LEFT))).one())


async def test_privacy_itself_keeps_nothing_but_the_address_for_the_answer(
    world: World, http: AsyncClient, works: Works, workspace_id: UUID, approved: str
) -> None:
    assert await left(works, workspace_id) == (1, 0, 1, 0)

    await world.settle()

    assert (await shown(http, approved))["identifiers"] == []
    assert await left(works, workspace_id) == (0, 1, 1, 0)
    [answer] = world.emails.sent
    assert (answer.to, answer.facts["outcome"]) == (ADA.value, "completed")
    assert answer.facts["receipt"]["payload"]["request_id"] == approved


@pytest.mark.parametrize("name", PARTICIPANTS)
async def test_who_is_down_is_named_and_the_erasure_completes_once_they_are_back(
    world: World, http: AsyncClient, approved: str, clock: FakeClock, name: ParticipantName
) -> None:
    begun, world.participants[name].down = clock(), True
    await world.settle()
    await world.wait(10)
    stalled = await shown(http, approved)

    world.participants[name].down = False
    await world.settle()

    assert stalled["status"] == "stalled"
    assert stalled["stalled"] == {
        "participant": name,
        "since": begun.isoformat().replace("+00:00", "Z"),
        "during": "executing",
    }
    request = await shown(http, approved)
    assert (request["status"], request["stalled"], request["round"]) == ("completed", None, 1)


@pytest.mark.parametrize("name", PARTICIPANTS)
async def test_who_goes_down_before_it_is_verified_holds_it_up(
    world: World, http: AsyncClient, approved: str, name: ParticipantName
) -> None:
    await world.work()
    await world.deliver()
    world.participants[name].down = True
    await world.work()
    stalled = await shown(http, approved)

    world.participants[name].down = False
    await world.wait(3)

    assert (stalled["status"], stalled["stalled"]["participant"]) == ("stalled", name)
    assert (await shown(http, approved))["status"] == "completed"


async def test_discovery_waits_for_everybody(world: World, http: AsyncClient, ask: Ask) -> None:
    request = await ask("", **NEW)
    world.participants["crm"].down = True
    await ask(f"/{request['id']}/verify", **ATTESTED)
    await world.work()
    stalled = await shown(http, request["id"])

    world.participants["crm"].down = False
    await world.wait(3)

    assert (stalled["status"], stalled["stalled"]["participant"]) == ("stalled", "crm")
    assert stalled["preview"] is None
    assert (await shown(http, request["id"]))["status"] == "awaiting_approval"


async def test_a_ledger_that_does_not_answer_keeps_everybody_from_erasing(
    world: World, http: AsyncClient, approved: str
) -> None:
    world.ledger.down = True
    await world.settle()
    assert world.participants["crm"].held

    world.ledger.down = False
    await world.wait(5)
    await world.settle()

    assert (await shown(http, approved))["status"] == "completed"


async def test_a_liar_is_caught_and_asked_again(
    world: World, http: AsyncClient, approved: str
) -> None:
    world.participants["crm"].lies = True
    await world.work()
    await world.deliver()
    await world.work()
    caught = await shown(http, approved)

    world.participants["crm"].lies = False
    await world.settle()

    assert (caught["status"], caught["round"]) == ("executing", 2)
    assert (await shown(http, approved))["status"] == "completed"
    assert [one.round for one in world.ledger.entries] == [1, 2]


async def test_a_liar_who_does_not_let_go_stalls_it_by_name(
    world: World, http: AsyncClient, approved: str
) -> None:
    world.participants["crm"].lies = True
    await world.settle()
    stalled = await shown(http, approved)

    world.participants["crm"].held.clear()  # somebody has mended it
    await world.wait(60)

    assert (stalled["status"], stalled["stalled"]["participant"]) == ("stalled", "crm")
    assert stalled["round"] == ROUNDS
    held = {one["name"]: one["residue"] for one in stalled["participants"]}
    assert held == {"chat": {}, "crm": {"things": 2}, "gateway": {}, "voice": {}}
    assert (await shown(http, approved))["status"] == "completed"


async def test_a_liar_who_was_replaced_is_asked_anew(
    world: World, http: AsyncClient, callers: Callers, workspace_id: UUID, approved: str
) -> None:
    world.participants["crm"].lies = True
    await world.settle()
    begun = (await shown(http, approved))["stalled"]
    for _ in range(59):
        await world.wait(60)
    http.headers.update(callers.user(workspace_id, *SCOPES))
    stalled = await shown(http, approved)

    world.participants["crm"].lies = False
    await world.wait(60)
    await world.settle()

    request = await shown(http, approved)
    assert (stalled["status"], stalled["stalled"], stalled["round"]) == ("stalled", begun, ROUNDS)
    assert (request["status"], request["round"]) == ("completed", ROUNDS + 1)
    assert not world.participants["crm"].held


async def test_whoever_is_found_only_when_it_is_verified_goes_too(
    world: World, http: AsyncClient, approved: str, mail: Index
) -> None:
    await world.work()
    await world.deliver()
    world.participants["gateway"].meets(Somebody(rows=4, indexes=[mail]))
    await world.settle()

    request = await shown(http, approved)

    assert (request["status"], request["round"]) == ("completed", 2)
    counts = {one["name"]: one["counts"] for one in request["participants"]}
    assert counts["gateway"] == {"things": 4}


async def test_the_ledger_has_hashes_that_find_nobody(
    world: World, approved: str, mail: Index
) -> None:
    await world.work()

    [entry] = world.ledger.entries
    [fence] = entry.fences
    assert (fence.kind, fence.version) == ("email", 1)
    assert fence.digest != mail.digest
    assert entry.subjects.keys() == {"chat", "crm"}


async def test_a_crash_after_the_ledger_is_taken_up_again(
    world: World, http: AsyncClient, works: Works, workspace_id: UUID, approved: str
) -> None:
    due = world.saga.job.arguments(workspace_id=workspace_id, request_id=decode("rr", approved))
    await world.saga.look(due)  # and here the process is killed

    await world.settle()

    assert [one.round for one in world.ledger.entries] == [1, 1]
    assert (await shown(http, approved))["status"] == "completed"


async def test_what_a_step_was_told_is_void_when_the_request_has_moved_on(
    world: World, http: AsyncClient, ask: Ask, works: Works, workspace_id: UUID
) -> None:
    request = await ask("", **NEW)
    await ask(f"/{request['id']}/verify", **ATTESTED)
    due = world.saga.job.arguments(
        workspace_id=workspace_id, request_id=decode("rr", request["id"])
    )
    looked = await world.saga.look(due)
    await ask(f"/{request['id']}/cancel")

    assert looked
    await works.run(workspace_id, lambda work: world.saga.apply(work, due, looked))

    assert (await shown(http, request["id"]))["status"] == "cancelled"


async def test_an_answer_said_twice_is_one(world: World, http: AsyncClient, approved: str) -> None:
    await world.work()
    for _ in range(2):
        for name in PARTICIPANTS[:2]:
            await world.answer(name, decode("rr", approved), 1)

    assert (await shown(http, approved))["status"] == "executing"


async def test_who_only_claims_to_be_the_person_stays(
    world: World, http: AsyncClient, ask: Ask, mail: Index
) -> None:
    claimant = Somebody(rows=5, claims=[mail])
    world.participants["chat"].meets(claimant)
    request = await ask("", **NEW)
    await ask(f"/{request['id']}/verify", **ATTESTED)
    await world.work()
    preview = (await http.get(f"/v1/rights-requests/{request['id']}/preview")).json()

    await ask(f"/{request['id']}/approve")
    await world.settle()

    [claim] = preview["claims"]
    assert (claim["participant"], claim["kinds"], claim["counts"]) == (
        "chat",
        ["email"],
        {"things": 5},
    )
    assert preview["counts"]["chat"] == {}
    assert world.participants["chat"].held.keys() == {claimant.id}
    assert (await shown(http, request["id"]))["status"] == "completed"


async def test_who_claims_both_is_one_and_how_many_more_there_are_is_told(
    world: World, http: AsyncClient, ask: Ask, mail: Index, works: Works, workspace_id: UUID
) -> None:
    chat = world.participants["chat"]
    phone = await index(works, workspace_id, MOB)
    chat.meets(Somebody(claims=[mail, phone]), Somebody(claims=[mail]))
    chat.lists = 1
    both = [AN_EMAIL, {"kind": "phone", "value": MOB.value}]
    request = await ask("", **NEW | {"identifiers": both})
    await ask(f"/{request['id']}/verify", **ATTESTED)
    await world.work()

    preview = (await http.get(f"/v1/rights-requests/{request['id']}/preview")).json()

    assert [one["kinds"] for one in preview["claims"]] == [["email", "phone"]]
    assert preview["more_claims"] == 1


async def test_a_claim_that_the_officer_includes_goes_with_all_that_leads_from_it(
    world: World, http: AsyncClient, ask: Ask, mail: Index
) -> None:
    claimant = Somebody(claims=[mail])
    world.participants["chat"].meets(claimant, Somebody(claims=[mail]))
    world.participants["crm"].meets(Somebody(links={"chat": claimant.id}))
    request = await ask("", **NEW)
    await ask(f"/{request['id']}/verify", **ATTESTED)
    await world.work()
    preview = (await http.get(f"/v1/rights-requests/{request['id']}/preview")).json()
    claims = [one["id"] for one in preview["claims"] if decode("clm", one["id"]) == claimant.id]

    await ask(f"/{request['id']}/approve", claims=claims)
    await world.settle()

    assert not world.participants["crm"].held
    assert len(world.participants["chat"].held) == 1
    assert (await shown(http, request["id"]))["status"] == "completed"


@pytest.fixture
async def included(
    world: World, ask: Ask, works: Works, workspace_id: UUID, mail: Index
) -> dict[str, Any]:
    """An officer has included a claimant, whose own number crm knows, too."""
    phone = await index(works, workspace_id, MOB)
    claimant = Somebody(claims=[mail], indexes=[phone])
    world.participants["chat"].meets(claimant)
    world.participants["crm"].meets(Somebody(indexes=[phone]))
    request = await ask("", **NEW)
    await ask(f"/{request['id']}/verify", **ATTESTED)
    await world.work()
    return await ask(f"/{request['id']}/approve", claims=[encode("clm", claimant.id)])


async def test_whoever_a_claimant_also_is_goes_with_them_and_is_fenced(
    world: World, http: AsyncClient, included: dict[str, Any]
) -> None:
    await world.settle()

    [entry] = world.ledger.entries
    request = await shown(http, included["id"])
    assert {one.kind for one in entry.fences} == {"email", "phone"}
    assert not world.participants["crm"].held
    assert (request["status"], request["round"]) == ("completed", 1)


@pytest.mark.parametrize("name", PARTICIPANTS)
async def test_nothing_is_in_the_ledger_before_everybody_was_asked_of_a_claimant(
    world: World, http: AsyncClient, included: dict[str, Any], name: ParticipantName
) -> None:
    world.participants[name].down = True
    await world.settle()
    stalled, before = await shown(http, included["id"]), [*world.ledger.entries]

    world.participants[name].down = False
    await world.wait(3)
    await world.settle()

    assert (stalled["stalled"]["participant"], before) == (name, [])
    assert (await shown(http, included["id"]))["status"] == "completed"


async def test_two_requests_for_one_person_are_verified_and_completed_each(
    world: World, http: AsyncClient, ask: Ask, approved: str
) -> None:
    second = await ask("", **NEW)
    refused = await http.post(f"/v1/rights-requests/{second['id']}/approve", json={})
    await world.settle()
    again = await http.post(f"/v1/rights-requests/{second['id']}/approve", json={})
    await ask(f"/{second['id']}/verify", **ATTESTED)
    await world.work()
    await ask(f"/{second['id']}/approve")
    await world.settle()

    assert (refused.status_code, again.status_code) == (409, 409)
    assert again.json()["code"] == "rights_request_state"
    for request_id in (approved, second["id"]):
        assert (await shown(http, request_id))["status"] == "completed"


async def test_one_erasure_of_many_at_once_is_not_anothers(
    world: World, http: AsyncClient, ask: Ask, works: Works, workspace_id: UUID
) -> None:
    ids = []
    for number in range(10):
        new = NEW | {"identifiers": [{"kind": "email", "value": f"ada{number}@example.com"}]}
        ids.append((await ask("", **new))["id"])
        await ask(f"/{ids[-1]}/verify", **ATTESTED)
    await world.work()
    for one in ids:
        await ask(f"/{one}/approve")
    await world.settle()

    assert {(await shown(http, one))["status"] for one in ids} == {"completed"}
    assert len({entry.request_id for entry in world.ledger.entries}) == len(ids)


async def test_an_account_holder_is_erased_in_the_platforms_own_workspace(
    on: Platform[PrivacySettings], callers: Callers, clock: FakeClock, http: AsyncClient
) -> None:
    await on.works.run(PLATFORM_WORKSPACE_ID, on.vault.create_key)
    await on.works.run(PLATFORM_WORKSPACE_ID, lambda work: opened(work, "controller"))
    world = World(on, PLATFORM_WORKSPACE_ID, clock)
    holder = Somebody(rows=7, indexes=[await index(on.works, PLATFORM_WORKSPACE_ID)])
    world.participants["gateway"].meets(holder)
    http.headers.update(callers.user(PLATFORM_WORKSPACE_ID, *SCOPES))

    request = (await http.post("/v1/rights-requests", json=NEW)).json()
    path = f"/v1/rights-requests/{request['id']}"
    await http.post(f"{path}/verify", json=ATTESTED)
    await world.work()
    await http.post(f"{path}/approve", json={})
    await world.settle()

    payload = (await http.get(f"{path}/receipt")).json()["payload"]
    assert payload["legal_role"] == "controller"
    assert not world.participants["gateway"].held


async def test_every_decision_and_every_step_is_in_the_audit_ledger(
    world: World, http: AsyncClient, callers: Callers, workspace_id: UUID, approved: str
) -> None:
    world.participants["crm"].down = True
    await world.settle()
    for _ in range(3):
        await world.wait(10)
    world.participants["crm"].down = False
    await world.settle()

    officer = callers.user(workspace_id, "privacy:read")
    entries = (await http.get("/v1/audit-events?limit=100", headers=officer)).json()["data"]

    told = [one["action"].removeprefix("rights_request.") for one in reversed(entries)]
    assert told == [
        "received",
        "verified",
        "discovered",
        "approved",
        "round_requested",
        "stalled",
        "completed",
    ]
    assert {one["request_id"] for one in entries} == {approved}
    assert entries[1]["facts"] == {"participants": ["crm"]}
    assert [one["actor"]["kind"] for one in entries[2:4]] == ["service", "user"]
    assert ADA.value not in str(entries)

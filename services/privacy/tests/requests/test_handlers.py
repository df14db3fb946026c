"""A request in words, to the AI in a chat or a call; and what a participant fetches for one."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from contactflow.events import Fact
from contactflow.events.calls import CallPrivacyRequested
from contactflow.events.conversations import PrivacyRequested, Right
from contactflow.kernel import decode, encode, new_id
from contactflow.persistence import Work, Works
from contactflow.privacy.requests import service
from contactflow.privacy.requests.dossier import Identifier
from contactflow.privacy.requests.model import Intake
from contactflow.privacy.requests.repository import SqlRequests
from contactflow.testing.tokens import Callers
from contactflow.web import Principal
from services.privacy.tests.conftest import Store
from services.privacy.tests.erasing.world import World
from services.privacy.tests.fakes import Somebody
from services.privacy.tests.ways import MAIL, MOB, WAY

PATH = "/v1/rights-requests"
ATTESTED = {"method": "officer_attestation", "evidence": "She is still in the chat."}
HEARD = "requests.receive_from_chat"
EVE = Identifier("email", "eve@example.com")


def asked(workspace_id: UUID, at: datetime, right: Right = "erasure") -> Fact[PrivacyRequested]:
    """Somebody has said so in a chat."""
    body = PrivacyRequested(
        conversation_id=new_id(), subject_id=new_id(), channel="web", right=right
    )
    return Fact(new_id(), workspace_id, body.conversation_id, 5, at, body)


async def requests(http: AsyncClient) -> list[dict[str, Any]]:
    return list((await http.get(PATH)).json()["data"])


async def test_a_request_from_a_chat_is_about_that_visitor(
    world: World, http: AsyncClient, workspace_id: UUID, at: datetime
) -> None:
    said = asked(workspace_id, at)
    visitor = Somebody(rows=9, id=said.body.subject_id)
    world.participants["chat"].meets(visitor, Somebody())

    await world.hear(HEARD, said)
    [request] = await requests(http)
    await http.post(f"{PATH}/{request['id']}/verify", json=ATTESTED)
    await world.work()
    [found] = await requests(http)

    assert (request["received_via"], request["status"]) == ("chat", "verifying_identity")
    assert request["identifiers"] == []
    nothing: dict[str, Any] = {"crm": {}, "gateway": {}, "voice": {}}
    assert found["preview"]["counts"] == {"chat": {"things": 9}} | nothing


async def test_a_request_from_a_call_is_about_that_caller_and_is_one(
    world: World, http: AsyncClient, workspace_id: UUID, at: datetime
) -> None:
    body = CallPrivacyRequested(
        call_id=new_id(), subject_id=new_id(), direction="inbound", right="erasure"
    )
    world.participants["voice"].meets(Somebody(rows=9, id=body.subject_id), Somebody())

    for _ in range(2):
        said = Fact(new_id(), workspace_id, body.call_id, 5, at, body)
        await world.hear("requests.receive_from_call", said)
    [request] = await requests(http)
    await http.post(f"{PATH}/{request['id']}/verify", json=ATTESTED)
    await world.work()
    [found] = await requests(http)

    assert (request["received_via"], request["status"]) == ("phone", "verifying_identity")
    assert found["preview"]["counts"]["voice"] == {"things": 9}


async def test_said_twice_in_a_chat_it_is_one_request(
    world: World, http: AsyncClient, workspace_id: UUID, at: datetime
) -> None:
    said = asked(workspace_id, at)
    again = Fact(new_id(), workspace_id, said.aggregate_id, 7, at, said.body)

    for fact in (said, said, again, asked(workspace_id, at)):
        await world.hear(HEARD, fact)

    assert len(await requests(http)) == 2


async def test_two_rights_in_one_chat_are_two_requests(
    world: World, http: AsyncClient, workspace_id: UUID, at: datetime
) -> None:
    erasure = asked(workspace_id, at)
    body = erasure.body.model_copy(update={"right": "access"})
    access = Fact(new_id(), workspace_id, erasure.aggregate_id, 7, at, body)

    for fact in (erasure, access):
        await world.hear(HEARD, fact)

    assert {one["right"] for one in await requests(http)} == {"erasure", "access"}


async def test_another_right_is_kept_for_an_officer(
    world: World, http: AsyncClient, workspace_id: UUID, at: datetime
) -> None:
    await world.hear(HEARD, asked(workspace_id, at, right="access"))

    [request] = await requests(http)
    answer = await http.post(f"{PATH}/{request['id']}/verify", json=ATTESTED)

    assert request["right"] == "access"
    assert (answer.status_code, answer.json()["code"]) == (422, "not_available")


class Orders:
    """What each participant is told of a request; None for 404."""

    def __init__(self, http: AsyncClient, callers: Callers, workspace_id: UUID) -> None:
        self._http, self._callers, self._workspace_id = http, callers, workspace_id

    async def of(self, request_id: str, name: str = "crm") -> dict[str, Any] | None:
        path = f"/internal/rights-requests/{decode('rr', request_id)}/order"
        who = self._callers.headers(Principal.service(name, self._workspace_id))
        answer = await self._http.get(path, headers=who)
        return answer.json() if answer.is_success else None


@pytest.fixture
def orders(http: AsyncClient, callers: Callers, workspace_id: UUID) -> Orders:
    return Orders(http, callers, workspace_id)


@pytest.mark.parametrize(
    "status",
    ["verifying_identity", "discovering", "awaiting_approval", "executing", "refused", "cancelled"],
)
async def test_there_is_no_order_while_there_is_nothing_to_do(
    orders: Orders, http: AsyncClient, store: Store, status: str
) -> None:
    request_id = await store(status if status not in {"refused", "cancelled"} else "discovering")
    if status == "refused":
        await http.post(f"{PATH}/{request_id}/refuse", json={"reason_code": "excessive"})
    if status == "cancelled":
        await http.post(f"{PATH}/{request_id}/cancel")

    assert await orders.of(request_id) is None


async def test_an_order_says_whom_to_restrict_then_to_lift_it(
    orders: Orders, http: AsyncClient, store: Store
) -> None:
    request_id = await store(restrict=True)
    restricted = await orders.of(request_id)
    await http.post(f"{PATH}/{request_id}/cancel")
    lifted = await orders.of(request_id)

    assert restricted
    assert lifted
    assert (restricted["restricted"], lifted["restricted"]) == (True, False)
    assert restricted["fenced_at"] is restricted["position"] is None
    assert restricted["indexes"] == lifted["indexes"]
    assert len(lifted["indexes"]) == 2


@pytest.mark.parametrize(
    ("others", "status", "stays"),
    [
        ([MAIL], "awaiting_approval", True),
        ([EVE], "awaiting_approval", False),
        ([MAIL], "verifying_identity", True),
    ],
)
async def test_a_restriction_stays_while_another_open_request_has_the_same_person(
    orders: Orders,
    http: AsyncClient,
    store: Store,
    others: list[Identifier],
    status: str,
    *,
    stays: bool,
) -> None:
    request_id = await store("awaiting_approval", restrict=True, identifiers=[MAIL, MOB])
    other = await store(status, restrict=True, identifiers=others)
    await http.post(f"{PATH}/{request_id}/cancel")
    kept = await orders.of(request_id)
    await http.post(f"{PATH}/{other}/cancel")
    lifted = await orders.of(request_id)

    assert kept
    assert lifted
    assert (kept["restricted"], lifted["restricted"]) == (stays, False)


async def test_a_visitor_stays_restricted_by_another_request_from_their_chat(
    orders: Orders, works: Works, http: AsyncClient, workspace_id: UUID, at: datetime
) -> None:
    visitor, intake = new_id(), Intake("erasure", "chat", at, "en", restrict=True)
    first, _ = [
        await works.run(workspace_id, lambda work: restricted(work, intake, visitor))
        for _ in range(2)
    ]

    await http.post(f"{PATH}/{encode('rr', first)}/cancel")
    kept = await orders.of(encode("rr", first))

    assert kept
    assert (kept["restricted"], kept["indexes"]) == (True, [])


async def restricted(work: Work, intake: Intake, visitor: UUID) -> UUID:
    """A request of a visitor, of whom no address is known."""
    of, requests = new_id(), SqlRequests(work)
    await service.receive_from_chat(
        requests, intake=intake, subject_id=visitor, conversation_id=of, at=intake.received_at
    )
    request = await requests.about(of, "erasure")
    assert request
    for act in WAY["awaiting_approval"]:
        act(request, intake.received_at)
    return request.id


async def test_an_order_to_erase_has_ones_own_subjects_only(
    orders: Orders, world: World, http: AsyncClient, workspace_id: UUID, at: datetime
) -> None:
    said = asked(workspace_id, at)
    world.participants["chat"].meets(Somebody(id=said.body.subject_id))
    await world.hear(HEARD, said)
    [request] = await requests(http)
    await http.post(f"{PATH}/{request['id']}/verify", json=ATTESTED)
    await world.work()
    await http.post(f"{PATH}/{request['id']}/approve", json={})
    await world.work()

    mine, others = await orders.of(request["id"], "chat"), await orders.of(request["id"], "crm")
    await world.settle()

    assert mine
    assert others
    assert mine["subjects"] == [str(said.body.subject_id)]
    assert (mine["round"], mine["position"], others["subjects"]) == (1, 1, [])
    assert await orders.of(request["id"], "chat") is None

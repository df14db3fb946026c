"""What the ledger has of a request, and a restored database has not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contactflow.erasure.entries import Recorded
from contactflow.erasure.wire import Person
from contactflow.events.erasures import ErasureRequested
from contactflow.kernel import new_id
from contactflow.privacy.erasing.resuming import resume
from contactflow.privacy.erasing.steps import PATIENCE
from contactflow.privacy.requests import service
from contactflow.privacy.requests.dossier import Claimed
from contactflow.privacy.requests.model import OPEN, UNDECIDED, Intake, RightsRequest
from contactflow.privacy.requests.promises import ADVANCE
from services.privacy.tests.fakes import InMemoryRequests
from services.privacy.tests.ways import LEFT, MAIL, OFFICER, WAY

LATER = timedelta(days=1)
CLAIMANT, VISITOR = new_id(), new_id()


@pytest.fixture
def requests() -> InMemoryRequests:
    return InMemoryRequests()


async def a_request(requests: InMemoryRequests, at: datetime, status: str) -> RightsRequest:
    """One whom somebody claims to be, and that has come to this state."""
    intake = Intake("erasure", "letter", at, "en")
    request = await service.receive(requests, intake=intake, identifiers=[MAIL], by=OFFICER, at=at)
    requests.dossiers[request.id].claims = (Claimed("chat", CLAIMANT, "email", {"messages": 1}),)
    for act in WAY[status]:
        act(request, at)
    request.recorded()
    requests.noted.clear()
    return request


def ordered(request: RightsRequest, at: datetime, **said: Any) -> Recorded:
    """A round of it, in which the claimant was included."""
    plain: dict[str, Any] = {"request_id": request.id, "workspace_id": request.workspace_id}
    plain |= {"round": 1, "position": 7, "fenced_at": at, "fences": ()}
    plain |= {"subjects": {"chat": (CLAIMANT, VISITOR)}, "previous": None, "previous_at": None}
    return Recorded(**plain | said)


def events(request: RightsRequest) -> list[Any]:
    return [event for event, _, _ in request.recorded()]


@pytest.mark.parametrize("status", UNDECIDED)
async def test_what_was_approved_by_then_goes_on_without_being_approved_again(
    requests: InMemoryRequests, at: datetime, status: str
) -> None:
    request = await a_request(requests, at, status)

    assert await resume(requests, ordered(request, at), at=at + LATER)

    assert (request.status, request.round, request.position) == ("executing", 1, 7)
    assert (request.decided_by, request.decided_at) == (service.US, at)
    assert (request.fenced_at, request.asked_at) == (at, at + LATER)
    assert events(request) == [ErasureRequested(request_id=request.id, round=1)]
    assert requests.due[ADVANCE.name, request.id] == at + LATER + PATIENCE
    assert [action for action, _, _ in requests.noted] == ["resumed", "round_requested"]


async def test_whoever_the_ledger_names_is_meant_and_no_claim_is_left_to_decide(
    requests: InMemoryRequests, at: datetime
) -> None:
    request = await a_request(requests, at, "awaiting_approval")
    dossier = requests.dossiers[request.id]
    known = dossier.whom.indexes

    await resume(requests, ordered(request, at), at=at)

    assert dossier.whom == Person(indexes=known, subjects={"chat": (CLAIMANT, VISITOR)})
    assert dossier.claims == ()


async def test_who_had_decided_and_when_is_kept(requests: InMemoryRequests, at: datetime) -> None:
    request = await a_request(requests, at, "executing")

    assert await resume(requests, ordered(request, at + LATER, round=3), at=at + LATER)

    assert (request.status, request.round) == ("executing", 3)
    assert (request.decided_by, request.decided_at) == (OFFICER, at)


@pytest.mark.parametrize("status", [one for one in WAY if one not in OPEN])
async def test_what_is_over_is_let_be(
    requests: InMemoryRequests, at: datetime, status: str
) -> None:
    request = await a_request(requests, at, status)

    assert not await resume(requests, ordered(request, at, round=2), at=at)

    assert (request.status, events(request), requests.noted) == (status, [], [])


async def test_a_round_that_is_known_here_is_not_begun_again(
    requests: InMemoryRequests, at: datetime
) -> None:
    request = await a_request(requests, at, "verifying_erasure")
    request.checked(LEFT, at=at)
    request.begin_round(at=at)

    assert not await resume(requests, ordered(request, at), at=at)
    assert await resume(requests, ordered(request, at, round=2), at=at)
    assert not await resume(requests, ordered(request, at, round=2), at=at)

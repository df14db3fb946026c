"""The states of a request: what may be done in each, and what may not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contactflow.events.erasures import PARTICIPANTS
from contactflow.kernel import new_id
from contactflow.privacy.requests.errors import (
    ExtensionError,
    FutureReceiptError,
    NotAvailableError,
    RequestStateError,
)
from contactflow.privacy.requests.matrix import state
from contactflow.privacy.requests.model import Intake, RightsRequest
from services.privacy.tests.ways import ACTS, LEFT, NOTHING, WAY, a_request, answer_all

UNDECIDED = {"verifying_identity", "discovering", "awaiting_approval"}
OPEN = UNDECIDED | {"executing", "verifying_erasure"}
ALLOWED = {
    "verify": {"verifying_identity"},
    "discovered": {"discovering"},
    "approve": {"awaiting_approval"},
    "refuse": UNDECIDED,
    "cancel": UNDECIDED,
    "extend": OPEN,
    "complete": {"verifying_erasure"},
}


@pytest.mark.parametrize("status", WAY)
@pytest.mark.parametrize("act", ACTS)
def test_each_act_has_its_states_and_changes_nothing_in_others(
    intake: Intake, at: datetime, status: str, act: str
) -> None:
    request = a_request(intake, at, status)
    request.recorded()

    if status in ALLOWED[act]:
        ACTS[act](request, at)
    else:
        with pytest.raises(RequestStateError):
            ACTS[act](request, at)
        assert request.status == status
        assert not request.recorded()


def test_it_is_received_when_it_was_and_not_in_the_future(intake: Intake, at: datetime) -> None:
    request = a_request(intake, at)

    assert request.received_at == at - timedelta(days=1)
    assert request.due_at == at + timedelta(days=29)
    with pytest.raises(FutureReceiptError):
        RightsRequest.open(new_id(), intake._replace(received_at=at + timedelta(seconds=1)), at=at)


def test_another_right_waits_for_an_officer(intake: Intake, at: datetime) -> None:
    request = a_request(intake._replace(right="access"), at)

    with pytest.raises(NotAvailableError):
        request.verify(by="user:1", at=at)


def test_the_time_is_extended_once(intake: Intake, at: datetime) -> None:
    request = a_request(intake, at)
    request.extend(at=at)

    assert request.due_at == datetime(2027, 2, 20, 12, tzinfo=at.tzinfo)
    with pytest.raises(ExtensionError):
        request.extend(at=at)


def test_what_is_overdue_is_not_extended(intake: Intake, at: datetime) -> None:
    request = a_request(intake, at)

    with pytest.raises(ExtensionError):
        request.extend(at=request.due_at)


def events(request: RightsRequest) -> list[Any]:
    return [event for event, _, _ in request.recorded()]


def test_everybody_is_asked_once_the_round_is_in_the_ledger(intake: Intake, at: datetime) -> None:
    request = a_request(intake, at, "executing")
    assert events(request) == []
    assert request.fenced_at == at

    request.ask(7, at=at)

    [asked] = events(request)
    assert (asked.request_id, asked.round, request.position) == (request.id, 1, 7)


def test_it_is_verified_when_the_last_one_has_answered(intake: Intake, at: datetime) -> None:
    request = a_request(intake, at, "executing")
    request.ask(1, at=at)

    request.answered("crm", 1, at=at)
    request.answered("crm", 1, at=at)
    request.answered("chat", 1, at=at)
    request.answered("voice", 1, at=at)
    seen = [request.status]
    request.answered("gateway", 1, at=at)

    assert [*seen, request.status] == ["executing", "verifying_erasure"]


def test_who_read_it_in_the_ledger_may_have_answered_before(intake: Intake, at: datetime) -> None:
    request = a_request(intake, at, "executing")
    answer_all(request, at)
    seen = [request.status]

    request.ask(1, at=at)

    assert [*seen, request.status] == ["executing", "verifying_erasure"]


def test_who_came_to_the_house_after_the_request_has_a_part_in_it(
    intake: Intake, at: datetime
) -> None:
    request = a_request(intake, at, "discovering")
    request.parts = [one for one in request.parts if one.participant != "voice"]

    request.discovered(NOTHING, at=at)

    assert request.part("voice").found == {"things": 0}
    assert len(request.parts) == len(PARTICIPANTS)


def test_an_answer_to_an_earlier_round_counts_for_nothing(intake: Intake, at: datetime) -> None:
    request = a_request(intake, at, "verifying_erasure")
    request.checked(LEFT, at=at)
    request.begin_round(at=at)
    request.ask(2, at=at)

    for name in PARTICIPANTS:
        request.answered(name, 1, at=at)

    assert (request.status, request.round) == ("executing", 2)


def test_nothing_is_completed_while_anything_is_left(intake: Intake, at: datetime) -> None:
    request = a_request(intake, at, "verifying_erasure")
    request.checked(LEFT, at=at)

    with pytest.raises(RequestStateError):
        request.complete(at=at)


def test_a_restriction_is_lifted_when_nothing_is_erased(intake: Intake, at: datetime) -> None:
    request, later = a_request(intake._replace(restrict=True), at), at + timedelta(days=1)
    request.verify(by="user:1", at=later)
    request.discovered(NOTHING, at=later)
    at_intake, when_found = events(request)
    since = request.restricted_at

    request.refuse("legal_claims", by="user:1", at=at)

    [lifted] = events(request)
    told = [one.restricted for one in (at_intake, when_found, lifted)]
    assert (told, since, request.restricted_at) == ([True, True, False], at, None)


def test_nobody_is_told_of_a_restriction_that_never_was(intake: Intake, at: datetime) -> None:
    request = a_request(intake, at, "discovering")

    request.cancel(by="user:1", at=at)

    assert events(request) == []


def test_who_does_not_answer_is_named_until_they_do(intake: Intake, at: datetime) -> None:
    request, later = a_request(intake, at, "executing"), at + timedelta(minutes=1)
    request.ask(1, at=at)
    request.stall({"chat", "crm"}, since=at, at=at)
    request.stall({"chat"}, since=later, at=later)

    assert request.part("chat").stalled_since == at
    assert request.part("crm").stalled_since is None
    request.answered("chat", 1, at=later)
    assert request.part("chat").stalled_since is None


def test_the_matrix_fills_from_waiting_to_verified(intake: Intake, at: datetime) -> None:
    request = a_request(intake, at)
    seen = [state(request.part("crm"), request.round)]
    for act in WAY["completed"]:
        act(request, at)
        seen.append(state(request.part("crm"), request.round))

    known = ["waiting", "waiting", "found", "erasing", "erasing", "erased", "verified"]
    assert seen == known

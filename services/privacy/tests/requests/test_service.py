"""What can be done with rights requests, in memory."""

from datetime import datetime, timedelta

import pytest

from contactflow.kernel import StaleError, new_id
from contactflow.privacy.requests import service
from contactflow.privacy.requests.dossier import Claimed, Dossier
from contactflow.privacy.requests.errors import ClaimNotFoundError, NoEmailError, RequestStateError
from contactflow.privacy.requests.model import Intake, RightsRequest
from contactflow.privacy.requests.promises import ADVANCE, ANSWER, FORGET, SEND_CODE, WARN
from contactflow.privacy.requests.service import Decision, Refusal
from services.privacy.tests.fakes import InMemoryRequests
from services.privacy.tests.ways import MAIL, MOB, NOTHING

OFFICER = Decision("user:1")
EXCESSIVE = Refusal("excessive", "For the ninth time this week.")


async def free(address: str) -> None:
    """Nobody has been written to too often."""


@pytest.fixture
async def ada(requests: InMemoryRequests, intake: Intake, at: datetime) -> RightsRequest:
    return await service.receive(
        requests, intake=intake, identifiers=[MAIL, MOB, MAIL], by="user:1", at=at
    )


@pytest.fixture
async def byron(requests: InMemoryRequests, intake: Intake, at: datetime) -> RightsRequest:
    """Known by an address alone."""
    return await service.receive(
        requests, intake=intake, identifiers=[MAIL, MAIL], by="user:1", at=at
    )


@pytest.fixture
async def found(requests: InMemoryRequests, ada: RightsRequest, at: datetime) -> RightsRequest:
    """Verified, and found everywhere."""
    await service.attest(requests, request_id=ada.id, evidence="Known.", by="user:1", at=at)
    ada.discovered(NOTHING, at=at)
    return ada


def code_of(requests: InMemoryRequests, request: RightsRequest) -> str:
    code = requests.dossiers[request.id].code
    return code.digits if code else "none"


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


async def test_officers_are_warned_a_week_before_it_is_due(
    requests: InMemoryRequests, ada: RightsRequest
) -> None:
    assert requests.due == {(WARN.name, ada.id): ada.due_at - timedelta(days=7)}


async def test_an_extension_moves_the_warning(
    requests: InMemoryRequests, ada: RightsRequest, at: datetime
) -> None:
    await service.extend(requests, request_id=ada.id, reason="Four systems.", by="user:1", at=at)

    assert requests.due[WARN.name, ada.id] == ada.due_at - timedelta(days=7)
    assert requests.dossiers[ada.id].reason == "Four systems."


async def test_an_attested_request_goes_on_at_once(
    requests: InMemoryRequests, ada: RightsRequest, at: datetime
) -> None:
    await service.attest(requests, request_id=ada.id, evidence="Known.", by="user:1", at=at)

    assert (ada.status, ada.verified_by) == ("discovering", "user:1")
    assert requests.due[ADVANCE.name, ada.id] is None


async def test_an_address_from_the_public_gets_a_code(
    requests: InMemoryRequests, intake: Intake, at: datetime
) -> None:
    request = await service.receive_by_code(requests, intake=intake, identifier=MAIL, at=at)

    assert (SEND_CODE.name, request.id) in requests.due
    assert await service.prove(
        requests, request_id=request.id, code=code_of(requests, request), by="user:1", at=at
    )
    assert (request.status, request.verified_by) == ("discovering", "code")


async def test_a_number_from_the_public_waits_for_an_officer(
    requests: InMemoryRequests, intake: Intake, at: datetime
) -> None:
    request = await service.receive_by_code(requests, intake=intake, identifier=MOB, at=at)

    assert (SEND_CODE.name, request.id) not in requests.due
    assert request.status == "verifying_identity"


@pytest.mark.parametrize(("tries", "proved"), [(4, True), (5, False)])
async def test_a_code_is_tried_five_times(
    requests: InMemoryRequests, byron: RightsRequest, at: datetime, tries: int, *, proved: bool
) -> None:
    await service.send_code(requests, request_id=byron.id, count=free, by="user:1", at=at)
    right = code_of(requests, byron)
    for _ in range(tries):
        wrong = other_than(right)
        assert not await service.prove(
            requests, request_id=byron.id, code=wrong, by="user:1", at=at
        )

    told = await service.prove(requests, request_id=byron.id, code=right, by="user:1", at=at)

    assert bool(told) is proved
    assert (byron.status == "discovering") is proved


async def test_a_code_is_good_once_and_only_the_newest(
    requests: InMemoryRequests, byron: RightsRequest, at: datetime
) -> None:
    await service.send_code(requests, request_id=byron.id, count=free, by="user:1", at=at)
    first = code_of(requests, byron)
    await service.send_code(requests, request_id=byron.id, count=free, by="user:1", at=at)
    second = code_of(requests, byron)

    told = [
        await service.prove(requests, request_id=byron.id, code=code, by="user:1", at=at)
        for code in (first, second, second)
    ]

    assert [bool(one) for one in told] == [False, True, False]


async def test_a_code_expires(
    requests: InMemoryRequests, byron: RightsRequest, at: datetime
) -> None:
    await service.send_code(requests, request_id=byron.id, count=free, by="user:1", at=at)
    code, late = code_of(requests, byron), at + timedelta(minutes=10)

    assert (
        await service.prove(requests, request_id=byron.id, code=code, by="user:1", at=late) is None
    )


async def test_a_code_needs_an_address(
    requests: InMemoryRequests, intake: Intake, at: datetime
) -> None:
    request = await service.receive(requests, intake=intake, identifiers=[MOB], by="user:1", at=at)

    with pytest.raises(NoEmailError):
        await service.send_code(requests, request_id=request.id, count=free, by="user:1", at=at)


async def test_nobody_is_sent_a_code_for_what_is_verified(
    requests: InMemoryRequests, found: RightsRequest, at: datetime
) -> None:
    with pytest.raises(RequestStateError):
        await service.send_code(requests, request_id=found.id, count=free, by="user:1", at=at)


async def test_a_request_made_twice_in_a_chat_is_one(
    requests: InMemoryRequests, intake: Intake, at: datetime
) -> None:
    visitor, conversation_id = new_id(), new_id()
    for _ in range(2):
        await service.receive_from_chat(
            requests, intake=intake, subject_id=visitor, conversation_id=conversation_id, at=at
        )

    [dossier] = requests.dossiers.values()
    assert dossier.identifiers == ()
    assert dossier.whom.subjects == {"chat": (visitor,)}


async def test_who_decides_has_read_the_newest_version(
    requests: InMemoryRequests, found: RightsRequest, at: datetime
) -> None:
    stale = Decision("user:1", found.version - 1)

    with pytest.raises(StaleError):
        await service.approve(requests, request_id=found.id, decision=stale, claims=(), at=at)
    with pytest.raises(StaleError):
        await service.refuse(
            requests, request_id=found.id, decision=stale, refusal=EXCESSIVE, at=at
        )


async def test_a_claim_is_included_by_its_id_only(
    requests: InMemoryRequests, found: RightsRequest, at: datetime
) -> None:
    claimant, dossier = new_id(), requests.dossiers[found.id]
    dossier.claims = (Claimed("chat", claimant, "email", {"messages": 3}),)

    with pytest.raises(ClaimNotFoundError):
        dossier.include([new_id()])
    await service.approve(requests, request_id=found.id, decision=OFFICER, claims=[claimant], at=at)

    assert dossier.whom.subjects == {"chat": (claimant,)}
    assert len(dossier.whom.indexes) == 2


async def test_a_refusal_keeps_the_address_and_the_words_for_the_answer_only(
    requests: InMemoryRequests, found: RightsRequest, at: datetime
) -> None:
    await service.refuse(requests, request_id=found.id, decision=OFFICER, refusal=EXCESSIVE, at=at)

    answer = requests.answers[found.id]
    assert (answer.address, answer.text) == (MAIL.value, EXCESSIVE.text)
    assert (answer.outcome, answer.reason_code, answer.locale) == ("refused", "excessive", "fr")
    assert not requests.dossiers
    assert requests.due[ANSWER.name, found.id] is None
    assert requests.due[FORGET.name, found.id] == at + timedelta(days=30)


async def test_who_may_be_anybody_is_told_the_reason_alone(
    requests: InMemoryRequests, ada: RightsRequest, at: datetime
) -> None:
    await service.refuse(requests, request_id=ada.id, decision=OFFICER, refusal=EXCESSIVE, at=at)

    answer = requests.answers[ada.id]
    assert (answer.reason_code, answer.text) == ("excessive", None)


async def test_without_an_address_nothing_is_kept(
    requests: InMemoryRequests, intake: Intake, at: datetime
) -> None:
    request = await service.receive(requests, intake=intake, identifiers=[MOB], by="user:1", at=at)

    await service.refuse(
        requests, request_id=request.id, decision=OFFICER, refusal=EXCESSIVE, at=at
    )

    assert not requests.dossiers
    assert not requests.answers
    assert (ANSWER.name, request.id) not in requests.due


async def test_what_is_cancelled_is_not_answered(
    requests: InMemoryRequests, found: RightsRequest, at: datetime
) -> None:
    await service.cancel(requests, request_id=found.id, by="user:1", at=at)

    assert not requests.dossiers
    assert not requests.answers


async def test_whom_a_restriction_was_about_is_known_until_it_is_lifted_everywhere(
    requests: InMemoryRequests, intake: Intake, at: datetime
) -> None:
    request = await service.receive(
        requests, intake=intake._replace(restrict=True), identifiers=[MAIL], by="user:1", at=at
    )
    await service.attest(requests, request_id=request.id, evidence="Known.", by="user:1", at=at)
    request.discovered(NOTHING, at=at)
    await service.cancel(requests, request_id=request.id, by="user:1", at=at)

    dossier: Dossier = requests.dossiers[request.id]
    assert (dossier.identifiers, dossier.evidence) == ((), None)
    assert len(dossier.whom.indexes) == 1
    assert requests.due[FORGET.name, request.id] == at + timedelta(days=30)

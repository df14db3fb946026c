"""What can be done with rights requests."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from contactflow.erasure.wire import Index
from contactflow.erasure.wire import Person as Found
from contactflow.events.conversations import Right
from contactflow.events.workspaces import LegalRole
from contactflow.messaging import Promise
from contactflow.privacy.receipts.model import StoredReceipt
from contactflow.privacy.requests import promises
from contactflow.privacy.requests.acts import Action, Fact
from contactflow.privacy.requests.answer import Answer, Outcome
from contactflow.privacy.requests.dossier import Dossier, Identifier
from contactflow.privacy.requests.errors import (
    NoEmailError,
    RequestStateError,
    SeveralIdentifiersError,
)
from contactflow.privacy.requests.model import Intake, ReasonCode, RightsRequest
from contactflow.vault import Identity, OneTimeCode, People, Person, attempt

KEPT: Final = timedelta(days=30)
BY_CODE: Final = "code"
PUBLIC: Final = "public"
CHAT: Final = "service:chat"
US: Final = "service:privacy"


class Requests(Protocol):
    """The rights requests of one workspace."""

    @property
    def people(self) -> People: ...

    async def get(self, request_id: UUID, /) -> RightsRequest:
        """Raises RequestNotFoundError."""

    async def dossier(self, request_id: UUID, /) -> Dossier | None:
        """Held, so that nobody else reads it before the commit; None once it is over."""

    async def about(self, conversation_id: UUID, right: Right, /) -> RightsRequest | None:
        """The open request for this right that was made in this conversation."""

    def add(self, row: RightsRequest | Dossier | Answer | StoredReceipt, /) -> None: ...

    async def remove(self, dossier: Dossier, /) -> None: ...

    async def forget(self, person: Person, /) -> None:
        """The subject of a request, with every row that hangs on it."""

    async def indexes(self, identities: Iterable[Identity], /) -> tuple[Index, ...]:
        """What participants find these by."""

    async def fences(self, indexes: Iterable[Index], /) -> tuple[Index, ...]:
        """What an erasure leaves of these: hashes that recognise, and find nobody."""

    async def legal_role(self) -> LegalRole:
        """Of the workspace: who decides about the data in it."""

    async def note(
        self, action: Action, request: RightsRequest, *, by: str, at: datetime, **facts: Fact
    ) -> None:
        """Into the audit ledger; last, as nobody else adds to it before the commit."""

    async def promise(
        self,
        what: Promise[promises.OfRequest],
        request: RightsRequest,
        /,
        *,
        at: datetime | None = None,
    ) -> None: ...


class Count(Protocol):
    """Counts a mail to an address, by its hash; raises when there were too many."""

    async def __call__(self, address: str, /) -> object: ...


class Refusal(NamedTuple):
    reason_code: ReasonCode
    text: str | None


class Decision(NamedTuple):
    """Who decides, having read which version (None: any)."""

    by: str
    version: int | None = None


async def receive(
    requests: Requests,
    *,
    intake: Intake,
    identifiers: Collection[Identifier],
    by: str,
    at: datetime,
) -> RightsRequest:
    known = await requests.indexes(one.identity for one in identifiers)
    request, _ = await _opened(requests, intake, identifiers, Found(indexes=known), at)
    await _noted(requests, request, by, at)
    return request


async def receive_by_code(
    requests: Requests, *, intake: Intake, identifier: Identifier, at: datetime
) -> RightsRequest:
    """From the public: an address gets a code; who has left a number waits for an officer."""
    known = await requests.indexes([identifier.identity])
    request, dossier = await _opened(requests, intake, [identifier], Found(indexes=known), at)
    if dossier.email:
        await _send_code(requests, request, dossier, at)
    await requests.promise(promises.EXPIRE, request, at=request.due_at)
    await _noted(requests, request, PUBLIC, at)
    return request


async def receive_from_chat(
    requests: Requests, *, intake: Intake, subject_id: UUID, conversation_id: UUID, at: datetime
) -> None:
    """Said in words: it is about that visitor. One right said twice is one request."""
    if await requests.about(conversation_id, intake.right):
        return
    visitor = Found(subjects={"chat": (subject_id,)})
    request, dossier = await _opened(requests, intake, [], visitor, at)
    dossier.conversation_id = conversation_id
    await _noted(requests, request, CHAT, at)


async def send_code(
    requests: Requests, *, request_id: UUID, count: Count, by: str, at: datetime
) -> RightsRequest:
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    if dossier is None or request.status != "verifying_identity":
        raise RequestStateError(status=request.status)
    if not dossier.email:
        raise NoEmailError
    if dossier.needs_an_officer:
        raise SeveralIdentifiersError
    [address, *_] = await requests.indexes(one.identity for one in dossier.identifiers)
    await count(address.digest)
    await _send_code(requests, request, dossier, at)
    await requests.note("code_sent", request, by=by, at=at)
    return request


async def attest(
    requests: Requests, *, request_id: UUID, evidence: str, by: str, at: datetime
) -> RightsRequest:
    """An officer says that they know who asks, and how."""
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    request.verify(by=by, at=at)
    if dossier:
        dossier.evidence = evidence
    await requests.promise(promises.ADVANCE, request)
    await requests.note("verified", request, by=by, at=at, method="officer_attestation")
    return request


async def prove(
    requests: Requests, *, request_id: UUID, code: str, by: str, at: datetime
) -> RightsRequest | None:
    """Whoever has the code reads the person's mail: None for any other code. Commit either way.

    Raises SeveralIdentifiersError: reading one's mail shows nobody's number to be theirs.
    """
    dossier = await requests.dossier(request_id)
    if dossier and dossier.needs_an_officer:
        raise SeveralIdentifiersError
    right, left = attempt(dossier.code if dossier else None, code, at=at)
    if dossier:
        dossier.code = left
    if not right:
        return None
    request = await requests.get(request_id)
    if request.status == "verifying_identity":
        request.verify(by=BY_CODE, at=at)
        await requests.promise(promises.ADVANCE, request)
        await requests.note("verified", request, by=by, at=at, method="code")
    return request


async def extend(
    requests: Requests, *, request_id: UUID, reason: str, by: str, at: datetime
) -> RightsRequest:
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    request.extend(at=at)
    if dossier:
        dossier.reason = reason
    await requests.promise(promises.WARN, request, at=request.warned_at)
    await requests.note("extended", request, by=by, at=at)
    return request


async def approve(
    requests: Requests,
    *,
    request_id: UUID,
    decision: Decision,
    claims: Collection[UUID],
    at: datetime,
) -> RightsRequest:
    """`claims`: those who only claimed to be the person and shall be erased with them."""
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    request.expect(decision.version)
    request.approve(by=decision.by, at=at)
    if dossier:
        dossier.include(claims)
    await requests.promise(promises.ADVANCE, request)
    await requests.note("approved", request, by=decision.by, at=at, claims=len(claims))
    return request


async def refuse(
    requests: Requests, *, request_id: UUID, decision: Decision, refusal: Refusal, at: datetime
) -> RightsRequest:
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    request.expect(decision.version)
    lifts = request.restricted
    request.refuse(refusal.reason_code, by=decision.by, at=at)
    if dossier:
        answer = answering(request, dossier, "refused")
        if answer:
            text = refusal.text if request.verified_by else None  # it may be anybody's address
            answer.refused(refusal.reason_code, text)
        await close(requests, request, dossier, answer=answer, keeping=lifts, at=at)
    code = refusal.reason_code
    await requests.note("refused", request, by=decision.by, at=at, reason_code=code)
    return request


async def cancel(requests: Requests, *, request_id: UUID, by: str, at: datetime) -> RightsRequest:
    dossier = await requests.dossier(request_id)
    request = await requests.get(request_id)
    lifts = request.restricted
    request.cancel(by=by, at=at)
    if dossier:
        await close(requests, request, dossier, keeping=lifts, at=at)
    await requests.note("cancelled", request, by=by, at=at)
    return request


async def expire(requests: Requests, *, request_id: UUID, at: datetime) -> None:
    """Cancel what came from the public and was never shown to be anybody's, once it is due."""
    await requests.dossier(request_id)  # held: nobody verifies it meanwhile
    request = await requests.get(request_id)
    if request.received_via != "form" or request.status != "verifying_identity":
        return
    if at >= request.due_at:
        await cancel(requests, request_id=request_id, by=US, at=at)
    else:  # it was extended
        await requests.promise(promises.EXPIRE, request, at=request.due_at)


def answering(request: RightsRequest, dossier: Dossier, outcome: Outcome) -> Answer | None:
    """What is sent to the person, if they left an address."""
    if dossier.email is None:
        return None
    return Answer.of(
        dossier.person, request.id, outcome=outcome, address=dossier.email, locale=request.locale
    )


async def close(
    requests: Requests,
    request: RightsRequest,
    dossier: Dossier,
    *,
    answer: Answer | None = None,
    keeping: bool = False,
    at: datetime,
) -> None:
    """Forget whose request it was; not yet what the answer needs, or what lifts a restriction."""
    if answer is None and not keeping:
        return await requests.forget(dossier.person)
    if answer:
        requests.add(answer)
        await requests.promise(promises.ANSWER, request)
    if keeping:
        dossier.close()
    else:
        await requests.remove(dossier)
    return await requests.promise(promises.FORGET, request, at=at + KEPT)


async def _opened(
    requests: Requests,
    intake: Intake,
    identifiers: Collection[Identifier],
    found: Found,
    at: datetime,
) -> tuple[RightsRequest, Dossier]:
    person = await requests.people.find_or_create(())
    request = RightsRequest.open(person.workspace_id, intake, at=at)
    dossier = Dossier.of(person, request.id, identifiers, found)
    requests.add(request)
    requests.add(dossier)
    await requests.promise(promises.WARN, request, at=request.warned_at)
    return request, dossier


async def _noted(requests: Requests, request: RightsRequest, by: str, at: datetime) -> None:
    facts = {"received_via": request.received_via, "restrict": request.restrict}
    await requests.note("received", request, by=by, at=at, right=request.right, **facts)


async def _send_code(
    requests: Requests, request: RightsRequest, dossier: Dossier, at: datetime
) -> None:
    dossier.code = OneTimeCode.new(at=at)
    await requests.promise(promises.SEND_CODE, request)

"""A request comes in: to an officer, at the public door, in a chat or a call."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from contactflow.erasure.wire import Person as Found
from contactflow.privacy.requests import promises
from contactflow.privacy.requests.dossier import Dossier, Identifier
from contactflow.privacy.requests.model import Intake, RightsRequest
from contactflow.privacy.requests.service.actors import CHAT, PUBLIC, VOICE
from contactflow.privacy.requests.service.ports import Requests
from contactflow.privacy.requests.service.proving import new_code


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
        await new_code(requests, request, dossier, at)
        await requests.promise(promises.EXPIRE, request, at=request.due_at)
    await _noted(requests, request, PUBLIC, at)
    return request


async def receive_from_chat(
    requests: Requests, *, intake: Intake, subject_id: UUID, conversation_id: UUID, at: datetime
) -> None:
    """Said in words: it is about that visitor. One right said twice is one request."""
    visitor = Found(subjects={"chat": (subject_id,)})
    if request := await _said(requests, intake, visitor, conversation_id, at):
        await _noted(requests, request, CHAT, at)


async def receive_from_call(
    requests: Requests, *, intake: Intake, subject_id: UUID, call_id: UUID, at: datetime
) -> None:
    """As above: it is about that caller."""
    caller = Found(subjects={"voice": (subject_id,)})
    if request := await _said(requests, intake, caller, call_id, at):
        await _noted(requests, request, VOICE, at)


async def _said(
    requests: Requests, intake: Intake, found: Found, conversation_id: UUID, at: datetime
) -> RightsRequest | None:
    """None when it was said before in that conversation."""
    if await requests.about(conversation_id, intake.right):
        return None
    request, dossier = await _opened(requests, intake, [], found, at)
    dossier.conversation_id = conversation_id
    return request


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
    request.answer = "by_email" if dossier.email else "by_officer"
    requests.add(request)
    requests.add(dossier)
    await requests.promise(promises.WARN, request, at=request.warned_at)
    return request, dossier


async def _noted(requests: Requests, request: RightsRequest, by: str, at: datetime) -> None:
    facts = {"received_via": request.received_via, "restrict": request.restrict}
    await requests.note("received", request, by=by, at=at, right=request.right, **facts)

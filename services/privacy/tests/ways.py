"""The usual way of a request to each of its states."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from contactflow.erasure.wire import Verified
from contactflow.events.erasures import PARTICIPANTS
from contactflow.kernel import new_id
from contactflow.persistence import Work, Works
from contactflow.privacy.requests import service
from contactflow.privacy.requests.dossier import Identifier
from contactflow.privacy.requests.model import Intake, RightsRequest
from contactflow.privacy.requests.repository import SqlRequests

OFFICER = f"user:{UUID(int=1)}"
MAIL, MOB = Identifier("email", "ada@example.com"), Identifier("phone", "+33612345678")

Act = Callable[[RightsRequest, datetime], None]
NOTHING = {name: {"things": 0} for name in PARTICIPANTS}
CLEAN = dict.fromkeys(PARTICIPANTS, Verified(deleted={"things": 2}, residue={"things": 0}))
LEFT = CLEAN | {"chat": Verified(deleted={"things": 1}, residue={"things": 1})}


def answer_all(request: RightsRequest, at: datetime) -> None:
    for name in PARTICIPANTS:
        request.answered(name, request.round, at=at)


def complete(request: RightsRequest, at: datetime) -> None:
    request.checked(CLEAN, at=at)
    request.complete(at=at)


ACTS: dict[str, Act] = {
    "verify": lambda request, at: request.verify(by=OFFICER, at=at),
    "discovered": lambda request, at: request.discovered(NOTHING, at=at),
    "approve": lambda request, at: request.approve(by=OFFICER, at=at),
    "refuse": lambda request, at: request.refuse("excessive", by=OFFICER, at=at),
    "cancel": lambda request, at: request.cancel(by=OFFICER, at=at),
    "extend": lambda request, at: request.extend(at=at),
    "complete": complete,
}
WAY: dict[str, tuple[Act, ...]] = {
    "verifying_identity": (),
    "discovering": (ACTS["verify"],),
    "awaiting_approval": (ACTS["verify"], ACTS["discovered"]),
    "executing": (ACTS["verify"], ACTS["discovered"], ACTS["approve"]),
    "verifying_erasure": (
        ACTS["verify"],
        ACTS["discovered"],
        ACTS["approve"],
        lambda request, at: request.ask(1, at=at),
        answer_all,
    ),
    "refused": (ACTS["refuse"],),
    "cancelled": (ACTS["cancel"],),
}
WAY["completed"] = (*WAY["verifying_erasure"], complete)


def a_request(intake: Intake, at: datetime, status: str = "verifying_identity") -> RightsRequest:
    """One that has come to this state."""
    request = RightsRequest.open(new_id(), intake, at=at)
    for act in WAY[status]:
        act(request, at)
    assert request.status == status
    return request


async def stored(
    works: Works,
    workspace_id: UUID,
    at: datetime,
    *,
    status: str = "verifying_identity",
    restrict: bool = False,
    identifiers: Collection[Identifier] = (MAIL, MOB),
) -> UUID:
    """One that is in the tables, in this state; its id."""

    async def store(work: Work) -> UUID:
        intake = Intake("erasure", "letter", at, "en", restrict)
        request = await service.receive(
            SqlRequests(work), intake=intake, identifiers=identifiers, by=OFFICER, at=at
        )
        for act in WAY[status]:
            act(request, at)
        return request.id

    return await works.run(workspace_id, store)

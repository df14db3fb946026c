"""Loading and storing rights requests."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from contactflow.erasure.fences import fences
from contactflow.erasure.wire import Index
from contactflow.events.conversations import Right
from contactflow.events.workspaces import LegalRole
from contactflow.messaging import Promise, later
from contactflow.persistence import Work
from contactflow.privacy.audit.repository import record
from contactflow.privacy.receipts.model import StoredReceipt
from contactflow.privacy.requests.acts import Action, Fact
from contactflow.privacy.requests.answer import Answer
from contactflow.privacy.requests.dossier import Dossier
from contactflow.privacy.requests.errors import RequestNotFoundError
from contactflow.privacy.requests.model import OPEN, RightsRequest
from contactflow.privacy.requests.promises import OfRequest
from contactflow.privacy.workspaces.repository import current
from contactflow.vault import Identity, Person, PersonalRepository, Subjects, keyring

Row = RightsRequest | Dossier | Answer | StoredReceipt


class SqlRequests:
    def __init__(self, work: Work) -> None:
        self.work, self.people = work, Subjects(work)
        self._dossiers = PersonalRepository(work, Dossier)
        self._answers = PersonalRepository(work, Answer)

    async def get(self, request_id: UUID) -> RightsRequest:
        key = (self.work.workspace_id, request_id)
        found = await self.work.session.get(RightsRequest, key)
        if found is None:
            raise RequestNotFoundError
        return found

    async def dossier(self, request_id: UUID) -> Dossier | None:
        return await self._dossiers.first(Dossier.id == request_id, alone=True)

    async def about(self, conversation_id: UUID, right: Right) -> RightsRequest | None:
        same = (Dossier.workspace_id == RightsRequest.workspace_id) & (
            Dossier.id == RightsRequest.id
        )
        asked = select(RightsRequest).join(Dossier, same)
        mine = (Dossier.conversation_id == conversation_id) & (RightsRequest.right == right)
        still = RightsRequest.status.in_(OPEN)
        return (await self.work.session.scalars(asked.where(mine, still).limit(1))).first()

    async def answer(self, request_id: UUID) -> Answer | None:
        return await self._answers.first(Answer.id == request_id, alone=True)

    def add(self, row: Row) -> None:
        self.work.session.add(row)

    async def remove(self, dossier: Dossier) -> None:
        await self.work.session.delete(dossier)

    async def forget(self, person: Person) -> None:
        await self.people.remove(person)

    async def indexes(self, identities: Iterable[Identity]) -> tuple[Index, ...]:
        known = keyring(self.work.session.info).indexer.indexes(identities)
        return tuple(map(Index.of, known))

    async def fences(self, indexes: Iterable[Index]) -> tuple[Index, ...]:
        hashes = keyring(self.work.session.info).indexer
        around = fences(hashes, (one.blind for one in indexes))
        return tuple(one.said for one in sorted(around))

    async def legal_role(self) -> LegalRole:
        return (await current(self.work)).legal_role

    async def note(
        self, action: Action, request: RightsRequest, *, by: str, at: datetime, **facts: Fact
    ) -> None:
        await self.work.session.flush()
        name, of = f"rights_request.{action}", request.id
        await record(self.work, action=name, actor=by, request_id=of, facts=facts, at=at)

    async def promise(
        self, what: Promise[OfRequest], request: RightsRequest, *, at: datetime | None = None
    ) -> None:
        of = OfRequest(workspace_id=request.workspace_id, request_id=request.id)
        await later(self.work, what, of, at=at, key=str(request.id))

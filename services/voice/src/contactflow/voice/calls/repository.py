"""Loading and storing calls."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from contactflow.messaging import later
from contactflow.persistence import Work
from contactflow.vault import PersonalRepository, Subjects
from contactflow.voice.calls.contents import CallRecording, FollowUp, Turn
from contactflow.voice.calls.errors import CallNotFoundError
from contactflow.voice.calls.model import Call
from contactflow.voice.calls.promises import CLOSE, OfCall
from contactflow.voice.carriers.repository import ALONE


class SqlCalls(PersonalRepository[Call]):
    """Whoever loads a call is alone with it, and its caller is held against erasure."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, Call, CallNotFoundError)
        self.people = Subjects(work)

    async def get(self, row_id: UUID) -> Call:
        """Raises CallNotFoundError."""
        return self.required(await self.first(Call.id == row_id, alone=True))

    async def known(self, carrier_id: UUID, carrier_call_id: str) -> Call | None:
        """The call that the carrier names so; nobody else begins it until the commit."""
        what = f"call {self.work.workspace_id} {carrier_id} {carrier_call_id}"
        await self.work.rows(ALONE, {"what": what})
        same = (Call.carrier_id == carrier_id) & (Call.carrier_call_id == carrier_call_id)
        return await self.first(same, alone=True)

    async def turns(self, call: Call) -> int:
        count = select(func.count()).select_from(Turn).where(Turn.call_id == call.id)
        return await self.work.session.scalar(count) or 0

    async def link(self, subject_id: UUID, contact_id: UUID) -> None:
        theirs = Call.subject_id == subject_id
        await self.work.rows(update(Call).where(theirs).values(contact_id=contact_id))

    def put(self, kept: Turn | FollowUp | CallRecording) -> None:
        self.work.session.add(kept)

    async def close_later(self, call_id: UUID, *, at: datetime) -> None:
        await later(self.work, CLOSE, OfCall(call_id=call_id), at=at, key=str(call_id))

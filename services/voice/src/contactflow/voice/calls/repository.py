"""Loading and storing calls."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import exists, func, select, update

from contactflow.kernel import GoneError, Locale
from contactflow.messaging import later
from contactflow.persistence import Work
from contactflow.vault import PersonalRepository, Subjects
from contactflow.voice.calls.contents import CallRecording, FollowUp, FollowUpKind, Turn
from contactflow.voice.calls.errors import CallNotFoundError
from contactflow.voice.calls.model import Call
from contactflow.voice.calls.promises import ABANDON, APOLOGISE, CLOSE, HANG_UP, HangUp, OfCall
from contactflow.voice.carriers.model import Carrier
from contactflow.voice.carriers.repository import ALONE

APOLOGY: Final = timedelta(seconds=12)
"""Until a caller whom nobody took is hung up: longer than it takes to tell them."""


class SqlCalls(PersonalRepository[Call]):
    """Whoever loads a call is alone with it, and its caller is held against erasure."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, Call, CallNotFoundError)
        self.people = Subjects(work)

    async def get(self, row_id: UUID) -> Call:
        """Raises CallNotFoundError."""
        return self.required(await self.first(Call.id == row_id, alone=True))

    async def present(self, call_id: UUID) -> Call:
        """For a job. Raises GoneError: it went with the caller."""
        try:
            return await self.get(call_id)
        except CallNotFoundError:
            raise GoneError from None

    async def known(self, carrier_id: UUID, carrier_call_id: str) -> Call | None:
        """The call that the carrier names so; nobody else begins it until the commit."""
        what = f"call {self.work.workspace_id} {carrier_id} {carrier_call_id}"
        await self.work.rows(ALONE, {"what": what})
        same = (Call.carrier_id == carrier_id) & (Call.carrier_call_id == carrier_call_id)
        return await self.first(same, alone=True)

    async def carrier(self, call_id: UUID) -> Carrier:
        """Who brought it, looked at without a lock. Raises CallNotFoundError."""
        mine = (Call.workspace_id == Carrier.workspace_id) & (Call.carrier_id == Carrier.id)
        found = select(Carrier).join(Call, mine).where(Call.id == call_id)
        carrier = await self.work.session.scalar(found)
        if carrier is None:
            raise CallNotFoundError
        return carrier

    async def turns(self, call: Call) -> int:
        count = select(func.count()).select_from(Turn).where(Turn.call_id == call.id)
        return await self.work.session.scalar(count) or 0

    async def has_turn(self, call: Call, seq: int) -> bool:
        same = (Turn.call_id == call.id) & (Turn.seq == seq)
        return bool(await self.work.session.scalar(select(exists().where(same))))

    async def waited(self, call: Call) -> list[int]:
        waits = select(Turn.latency_ms).where(Turn.call_id == call.id)
        found = await self.work.session.scalars(waits.where(Turn.latency_ms.is_not(None)))
        return [one for one in found if one is not None]

    async def known_locale(self, call: Call) -> Locale | None:
        """The caller's language; not if their data is not to be used."""
        if call.restricted:
            return None
        theirs = (Call.subject_id == call.subject_id) & Call.locale.is_not(None)
        newest = select(Call.locale).where(theirs).order_by(Call.id.desc()).limit(1)
        return await self.work.session.scalar(newest)

    async def unfinished(self, call: Call) -> Sequence[CallRecording]:
        begun = (CallRecording.call_id == call.id) & (CallRecording.state == "recording")
        found = (
            select(CallRecording)
            .where(begun, CallRecording.bytes > 0)
            .with_for_update(of=CallRecording)
        )
        return (await self.work.session.scalars(found)).all()

    async def link(self, subject_id: UUID, contact_id: UUID, locale: Locale | None) -> None:
        theirs = update(Call).where(Call.subject_id == subject_id)
        await self.work.rows(theirs.values(contact_id=contact_id, locale=locale))

    async def speaks(self, contact_id: UUID, locale: Locale | None) -> None:
        theirs = update(Call).where(Call.contact_id == contact_id)
        await self.work.rows(theirs.values(locale=locale))

    async def unlink(self, contact_id: UUID) -> None:
        theirs = update(Call).where(Call.contact_id == contact_id)
        await self.work.rows(theirs.values(contact_id=None, locale=None))

    async def asked(self, call: Call, kind: FollowUpKind, text: str) -> FollowUp | None:
        theirs = (FollowUp.call_id == call.id) & (FollowUp.kind == kind)
        found = await self.work.session.scalars(select(FollowUp).where(theirs))
        return next((one for one in found if one.text == text), None)

    def put(self, kept: Turn | FollowUp | CallRecording) -> None:
        self.work.session.add(kept)

    async def close_later(self, call_id: UUID, *, at: datetime) -> None:
        await later(self.work, CLOSE, OfCall(call_id=call_id), at=at, key=str(call_id))

    async def abandon_later(self, call_id: UUID, *, at: datetime) -> None:
        await later(self.work, ABANDON, OfCall(call_id=call_id), at=at, key=str(call_id))

    async def hang_up_later(self, call: Call) -> None:
        """Twilio goes on with its other instructions, which end the call."""
        if await self._is_left_alone(call):
            await later(self.work, HANG_UP, self._due(call), key=str(call.id))

    async def apologise_later(self, call: Call, *, at: datetime) -> None:
        """Twilio asks what comes next, and is told in the answer."""
        if await self._is_left_alone(call):
            due, key = self._due(call), str(call.id)
            await later(self.work, APOLOGISE, due, key=key)
            await later(self.work, HANG_UP, due, at=at + APOLOGY, key=key)

    async def _is_left_alone(self, call: Call) -> bool:
        """Whether the carrier waits for commands, and does nothing by itself."""
        return (await self.carrier(call.id)).kind == "telnyx"

    def _due(self, call: Call) -> HangUp:
        return HangUp(workspace_id=self.work.workspace_id, call_id=call.id)

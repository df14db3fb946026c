"""Which recordings there are, and how far each has come."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.vault import PersonalRepository
from contactflow.vault.envelopes import DataKey
from contactflow.voice.calls import service
from contactflow.voice.calls.contents import CallRecording, RecordingAccess
from contactflow.voice.calls.errors import RecordingNotFoundError
from contactflow.voice.calls.repository import SqlCalls

TABLE: Any = CallRecording.__table__


class Begun(NamedTuple):
    """A recording that is registered."""

    recording_id: UUID
    subject_id: UUID
    key: DataKey


class SqlRecordings:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._rows = PersonalRepository(work, CallRecording, RecordingNotFoundError)

    async def begin(self, call_id: UUID, *, at: datetime) -> Begun:
        """Register one that began then. Raises CallNotFoundError."""
        call = await SqlCalls(self._work).get(call_id)
        since = at - (call.answered_at or at)
        row = CallRecording(call_id=call.id, state="recording", segments=0, bytes=0)
        row.about(call.person, new_id())
        row.started_ms = max(0, round(since.total_seconds() * 1000))
        self._rows.add(row)
        return Begun(row.id, call.subject_id, call.person.key)

    async def grow(self, recording_id: UUID, *, segments: int, size: int) -> bool:
        """So much is about to be stored; false when it is gone, or was finished meanwhile."""
        mine = update(TABLE).where(TABLE.c.id == recording_id, TABLE.c.state == "recording")
        done: Any = await self._work.rows(mine.values(segments=segments, bytes=size))
        return bool(done.rowcount)

    async def finish(self, call_id: UUID, recording_id: UUID, *, at: datetime) -> None:
        """It is whole. Raises CallNotFoundError, RecordingNotFoundError."""
        call = await SqlCalls(self._work).get(call_id)
        row = await self._rows.get(recording_id)
        service.keep_recording(call, row, at=at)

    async def of(self, call_id: UUID) -> CallRecording:
        """Raises RecordingNotFoundError."""
        theirs = (CallRecording.call_id == call_id) & (CallRecording.bytes > 0)
        return self._rows.required(await self._rows.first(theirs))

    def note_access(self, row: CallRecording, principal: str, *, at: datetime) -> None:
        """Who listens to it is on the record."""
        access = RecordingAccess(call_id=row.call_id, principal=principal, accessed_at=at)
        access.about(row.person, new_id())
        self._work.session.add(access)


async def registered(work: Work, recordings: Iterable[UUID]) -> set[UUID]:
    """Those of them that there are, whose ever they are (system role)."""
    found = await work.rows(select(TABLE.c.id).where(TABLE.c.id.in_([*recordings])))
    return {*found.scalars()}

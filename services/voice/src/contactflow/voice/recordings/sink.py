"""Where a live call's recording goes: second by second in, ten seconds by ten to the store."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

from obstore.store import ObjectStore

from contactflow.kernel import Clock, GoneError, NotFoundError
from contactflow.persistence import Work, Works
from contactflow.voice.calls.contents import A_SECOND
from contactflow.voice.recordings.repository import Begun, SqlRecordings
from contactflow.voice.recordings.segments import SIZE, Segments
from contactflow.voice.session.ports import CallerGoneError

T = TypeVar("T")


class Recordings:
    """Makes the sinks of a media process."""

    def __init__(self, works: Works, store: ObjectStore, clock: Clock) -> None:
        self._works, self._store, self._clock = works, store, clock

    def sink(self, workspace_id: UUID, call_id: UUID) -> "StoredRecording":
        """Of one call; nothing is stored before the first write."""
        return StoredRecording(self._works, self._store, self._clock, workspace_id, call_id)


class StoredRecording:
    """See ports.RecordingSink. A write that fails may be said again, and is then done once."""

    def __init__(
        self, works: Works, store: ObjectStore, clock: Clock, workspace_id: UUID, call_id: UUID
    ) -> None:
        self._works, self._store, self._clock = works, store, clock
        self._workspace_id, self._call_id = workspace_id, call_id
        self._begun: Begun | None = None
        self._began_at: datetime | None = None
        self._rest, self._stored = b"", 0

    async def write(self, stereo: bytes) -> None:
        """Raises CallerGoneError; UnavailableError while database or store are away."""
        if self._began_at is None:
            self._began_at = self._clock() - timedelta(seconds=len(stereo) / A_SECOND)
        audio = self._rest + stereo
        while len(audio) >= SIZE:
            await self._put(audio[:SIZE])
            audio = audio[SIZE:]
        self._rest = audio

    async def aclose(self) -> None:
        """What is left is stored, and that is all."""
        if self._rest:
            await self._put(self._rest)
            self._rest = b""
        if self._begun:
            await self._in_work(partial(self._finish, self._begun))

    async def _put(self, audio: bytes) -> None:
        """Counted, then stored, then looked at again: who was erased meanwhile leaves nothing."""
        begun = await self._registered()
        number = self._stored // SIZE
        segments = Segments(self._store, self._workspace_id, begun.subject_id, begun.recording_id)
        await self._count(begun, number + 1, self._stored + len(audio))
        await segments.put(begun.key, number, audio)
        try:
            await self._count(begun, number + 1, self._stored + len(audio))
        except CallerGoneError:
            await segments.delete(number)
            raise
        self._stored += len(audio)

    async def _registered(self) -> Begun:
        if self._begun is None:
            self._begun = await self._in_work(self._begin)
        return self._begun

    async def _count(self, begun: Begun, segments: int, size: int) -> None:
        async def grow(work: Work) -> bool:
            grown = SqlRecordings(work).grow
            return await grown(begun.recording_id, segments=segments, size=size)

        if not await self._in_work(grow):
            raise CallerGoneError

    async def _begin(self, work: Work) -> Begun:
        at = self._began_at or self._clock()
        return await SqlRecordings(work).begin(self._call_id, at=at)

    async def _finish(self, begun: Begun, work: Work) -> None:
        await SqlRecordings(work).finish(self._call_id, begun.recording_id, at=self._clock())

    async def _in_work(self, body: Callable[[Work], Awaitable[T]]) -> T:
        try:
            return await self._works.run(self._workspace_id, body)
        except (GoneError, NotFoundError) as error:
            raise CallerGoneError from error

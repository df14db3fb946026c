"""The ledger of erasures: an object each, in a store that no restore of a database rewinds.

    erasure-ledger/000000000001.jws, erasure-ledger/000000000002.jws, ...

Privacy appends before it asks anybody to erase. Every service reads it before it is ready, and
does again what its database has forgotten.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import ObjectStore

from contactflow.erasure.entries import (
    DamagedLedgerError,
    Entry,
    Recorded,
    Signer,
    Verifier,
    digest,
)
from contactflow.erasure.objects import reached
from contactflow.kernel import Clock

FOLDER: Final = "erasure-ledger"
NAME: Final = re.compile(rf"{FOLDER}/(\d{{12}})\.jws")
KEPT: Final = timedelta(days=3 * 365)
"""How long an erasure is remembered: in the ledger, and as fences and rows in the databases."""
MARGIN: Final = timedelta(days=1)  # for clocks that disagree, and chores that run apart
AT_ONCE: Final = 32


class _Place(NamedTuple):
    """An entry, and the digest that the next one names."""

    entry: Recorded
    digest: str


class Ledger:
    """What a service reads. Raises UnavailableError while the store does not answer."""

    def __init__(self, store: ObjectStore, verifier: Verifier, clock: Clock) -> None:
        self._store, self._verifier, self._clock = store, verifier, clock

    async def entries(self) -> AsyncIterator[Recorded]:
        """All of them, in order, each checked before it is given. Raises DamagedLedgerError.

        They begin with the first, or with one whose predecessor is old enough to be purged.
        """
        last: _Place | None = None
        positions = await self._positions()
        for begin in range(0, len(positions), AT_ONCE):
            for place in await self._places(positions[begin : begin + AT_ONCE]):
                self._check(place.entry, last)
                yield place.entry
                last = place

    def _check(self, entry: Recorded, last: _Place | None) -> None:
        if last is None:
            self._check_first(entry)
        elif entry.position != last.entry.position + 1:
            raise DamagedLedgerError(last.entry.position + 1, "is missing")
        elif entry.previous != last.digest:
            raise DamagedLedgerError(entry.position, "does not follow the one before")

    def _check_first(self, entry: Recorded) -> None:
        if entry.position == 1:
            return
        if entry.previous_at is None or entry.previous_at > self._clock() - KEPT:
            raise DamagedLedgerError(entry.position - 1, "is missing")

    async def _positions(self, after: int = 0) -> list[int]:
        """Of the objects that are there, sorted."""
        offset = _path(after) if after else None
        with reached():
            pages = [page async for page in obstore.list(self._store, FOLDER, offset=offset)]
        names = (NAME.fullmatch(one["path"]) for page in pages for one in page)
        return sorted(int(name[1]) for name in names if name)

    async def _places(self, positions: Sequence[int]) -> list[_Place]:
        return list(await asyncio.gather(*map(self._place, positions)))

    async def _place(self, position: int) -> _Place:
        with reached():
            found = await obstore.get_async(self._store, _path(position))
            signed = bytes(await found.bytes_async())
        return _Place(self._verifier.read(position, signed), digest(signed))


class LedgerWriter(Ledger):
    """What privacy, alone, does besides: append, and let go of what is over."""

    def __init__(
        self, store: ObjectStore, verifier: Verifier, clock: Clock, signer: Signer
    ) -> None:
        super().__init__(store, verifier, clock)
        self._signer = signer
        self._end: _Place | None = None

    async def append(self, entry: Entry) -> int:
        """Put it at the next free position, and give that; when this returns it is stored.

        Several may append at once. Said twice (a crash came before it was noted) it is there
        twice, and done once: who applies it goes by request and round. Raises DamagedLedgerError
        when the last entry is not privacy's.
        """
        while True:
            await self._find_end()
            recorded = self._following(entry)
            if await self._put(recorded.position, self._signer.sign(recorded)):
                return recorded.position

    async def purge(self, *, batch: int = 1000) -> int:
        """Delete one batch of what is over, from the beginning; how many there were.

        The newest always stays: it says where the next one goes.
        """
        over = self._clock() - KEPT - MARGIN
        gone = 0
        for position in (await self._positions())[:-1][:batch]:
            if (await self._place(position)).entry.fenced_at > over:
                break
            with reached():
                await obstore.delete_async(self._store, _path(position))
            gone += 1
        return gone

    async def _find_end(self) -> None:
        known = self._end.entry.position if self._end else 0
        if newer := await self._positions(after=known):
            self._end = await self._place(newer[-1])

    def _following(self, entry: Entry) -> Recorded:
        said, end = entry.model_dump(), self._end
        if end is None:
            return Recorded(**said, position=1, previous=None, previous_at=None)
        place, at = end.entry.position + 1, end.entry.fenced_at
        return Recorded(**said, position=place, previous=end.digest, previous_at=at)

    async def _put(self, position: int, signed: bytes) -> bool:
        """Whether the position was free."""
        with reached():
            try:
                await obstore.put_async(self._store, _path(position), signed, mode="create")
            except AlreadyExistsError:
                return False
        return True


def _path(position: int) -> str:
    return f"{FOLDER}/{position:012}.jws"

"""Objects that no row tells of any more: of a recording whose caller is gone, or that failed."""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import obstore
from obstore.store import ObjectStore

from contactflow.erasure.objects import reached
from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock
from contactflow.messaging import Job, Nothing
from contactflow.messaging.reactions import two_phase
from contactflow.persistence import Work, Works
from contactflow.voice.recordings.repository import registered
from contactflow.voice.recordings.segments import FOLDER

EVERY: Final = timedelta(hours=1)
YOUNG: Final = timedelta(hours=1)
"""What may still be on its way to its row."""
SLICE: Final = 1000
"""Objects that are looked at in one run."""
ID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SEGMENT: Final = re.compile(rf"{FOLDER}/{ID}/{ID}/({ID})/\d{{6,}}")
"""What is called otherwise is not ours to delete."""


class Sweeping:
    """The chore that deletes them, across workspaces (system role), a slice at a time.

    The store is asked with no transaction open. One listing goes on from run to run, and anew
    every hour. After an error it is taken up behind the last slice that was done; a folder, which
    unlike a bucket has no order, may then show some of it only the next time.
    """

    def __init__(self, system: Works, store: ObjectStore, clock: Clock) -> None:
        self._system, self._store, self._clock = system, store, clock
        self._listing: AsyncIterator[Any] | None = None
        self._done: str | None = None

    @property
    def job(self) -> Job[Any]:
        return Job("voice.recordings.sweep", Nothing, two_phase(self._sweep, _goes_on), EVERY)

    async def _sweep(self, _: Nothing) -> bool:
        """Whether there is more."""
        listing, self._listing = self._listing or self._listed(), None
        with reached():
            async for slice_ in listing:
                if orphans := await self._orphans(slice_):
                    await obstore.delete_async(self._store, orphans)
                self._listing, self._done = listing, slice_[-1]["path"]
                return True
        self._done = None
        return False

    def _listed(self) -> AsyncIterator[Any]:
        return obstore.list(self._store, FOLDER, offset=self._done, chunk_size=SLICE)

    async def _orphans(self, found: Sequence[Any]) -> list[str]:
        """Paths of a slice, old enough, whose recording is not registered."""
        paths = _old_enough(found, self._clock() - YOUNG)
        if not paths:
            return []
        known = await self._system.run(PLATFORM_WORKSPACE_ID, partial(registered, recordings=paths))
        return [path for one, theirs in paths.items() if one not in known for path in theirs]


async def _goes_on(_: Work, __: Nothing, more: bool) -> bool:  # noqa: FBT001  what `_sweep` says
    return more


def _old_enough(found: Sequence[Any], before: datetime) -> dict[UUID, list[str]]:
    """By recording, the paths of segments."""
    paths = defaultdict(list)
    for one in found:
        segment = SEGMENT.fullmatch(one["path"])
        if segment and one["last_modified"] < before:
            paths[UUID(segment[1])].append(one["path"])
    return paths

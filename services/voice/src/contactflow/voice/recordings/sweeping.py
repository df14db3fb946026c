"""Objects that no row tells of any more: of a recording whose caller is gone, or that failed."""

import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import obstore
from obstore.store import ObjectStore

from contactflow.erasure.objects import reached
from contactflow.kernel import Clock
from contactflow.messaging import Job, chore
from contactflow.persistence import Work
from contactflow.voice.recordings.repository import registered
from contactflow.voice.recordings.segments import FOLDER

EVERY: Final = timedelta(hours=1)
YOUNG: Final = timedelta(hours=1)
"""What may still be on its way to its row."""
ID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SEGMENT: Final = re.compile(rf"{FOLDER}/{ID}/{ID}/({ID})/\d{{6,}}")
"""What is called otherwise is not ours to delete."""


def sweeping(store: ObjectStore, clock: Clock) -> Job[Any]:
    """The chore that deletes them, across workspaces (system role)."""

    async def sweep(work: Work) -> bool:
        with reached():
            pages = [page async for page in obstore.list(store, FOLDER)]
            for page in pages:
                if orphans := await _orphans(work, page, clock() - YOUNG):
                    await obstore.delete_async(store, orphans)
        return False

    return chore("voice.recordings.sweep", every=EVERY, apply=sweep)


async def _orphans(work: Work, page: Any, before: datetime) -> list[str]:
    """Paths of a page, old enough, whose recording is not registered."""
    paths = defaultdict(list)
    for found in page:
        segment = SEGMENT.fullmatch(found["path"])
        if segment and found["last_modified"] < before:
            paths[UUID(segment[1])].append(found["path"])
    known = await registered(work, paths)
    return [path for one, theirs in paths.items() if one not in known for path in theirs]

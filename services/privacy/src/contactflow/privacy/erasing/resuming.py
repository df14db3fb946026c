"""Going on with erasures that are in the ledger, in a database that has forgotten them.

A dump from before a request's completion, restored afterwards, has it open, with all that it was
about. Whatever of it is in the ledger was approved: it goes on from there, is completed, and
forgets. Participants say once more what they have done already.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from contactflow.erasure.catching_up import CatchingUp
from contactflow.erasure.entries import DamagedLedgerError, Recorded
from contactflow.erasure.ledger import Ledger
from contactflow.erasure.wire import Person
from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock
from contactflow.persistence import Work, Works
from contactflow.privacy.erasing.search import together
from contactflow.privacy.erasing.steps import Appended
from contactflow.privacy.requests.model import OPEN, RightsRequest
from contactflow.privacy.requests.repository import SqlRequests
from contactflow.privacy.requests.service import US, Requests

REQUESTS: Final[Any] = RightsRequest.__table__
GOING_ON: Final = select(REQUESTS.c.id).where(REQUESTS.c.status.in_(OPEN))
REACHED: Final = select(func.max(REQUESTS.c.position))


class Resuming(CatchingUp):
    """What privacy does at its start."""

    def __init__(self, ledger: Ledger, works: Works, system: Works, clock: Clock) -> None:
        super().__init__()
        self._ledger, self._works, self._system, self._clock = ledger, works, system, clock

    async def _catch_up(self) -> int:
        resumed = 0
        for entry in await self._newest():
            doing = partial(_resume, entry=entry, at=self._clock())
            resumed += await self._works.run(entry.workspace_id, doing)
        return resumed

    async def _newest(self) -> Collection[Recorded]:
        """Of each open request the last round that is in the ledger."""
        going_on, reached = await self._system.run(PLATFORM_WORKSPACE_ID, _known)
        newest: dict[UUID, Recorded] = {}
        end = 0
        async for entry in self._ledger.entries():
            end, before = entry.position, newest.get(entry.request_id)
            if entry.request_id in going_on and (before is None or entry.round >= before.round):
                newest[entry.request_id] = entry
        if end < reached:
            raise DamagedLedgerError(end + 1, "is missing")
        return newest.values()


async def resume(requests: Requests, entry: Recorded, *, at: datetime) -> bool:
    """Whether there was anything to do."""
    dossier = await requests.dossier(entry.request_id)
    request = await requests.get(entry.request_id)
    if dossier is None or not request.lacks(entry.round):
        return False
    found = together(dossier.whom, Person(subjects=entry.subjects))
    dossier.found, dossier.claims = found, ()  # who was included is in the ledger
    request.resume(entry.round, by=US, fenced_at=entry.fenced_at)
    await requests.note("resumed", request, by=US, at=at, round=entry.round)
    await Appended(entry.position).apply(requests, request, dossier, at=at)
    return True


async def _resume(work: Work, *, entry: Recorded, at: datetime) -> bool:
    return await resume(SqlRequests(work), entry, at=at)


async def _known(work: Work) -> tuple[frozenset[UUID], int]:
    """Which requests are open, and the last place of the ledger that any of them has been at."""
    going_on = frozenset((await work.rows(GOING_ON)).scalars())
    return going_on, (await work.rows(REACHED)).scalar_one() or 0

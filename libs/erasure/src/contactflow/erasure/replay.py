"""Doing again what a restored database has forgotten, before anybody is served.

Every process does it as it starts: what the ledger has and the database has not. People are found
by the ids that are in the ledger, and by comparing its hashes with those of every identity that
the workspace has; who comes to be at this very moment, the verification finds.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from contactflow.erasure.belongings import Belongings
from contactflow.erasure.entries import DamagedLedgerError, Recorded
from contactflow.erasure.eraser import Round, erase
from contactflow.erasure.fences import Fence, strangers
from contactflow.erasure.ledger import KEPT, Ledger
from contactflow.erasure.queries import newest, rounds
from contactflow.erasure.recognising import recognised
from contactflow.events.erasures import ParticipantName
from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock, UnavailableError
from contactflow.messaging.waiting import pauses
from contactflow.persistence import Works
from contactflow.vault.indexes import BlindIndex

log = logging.getLogger(__name__)
SHORTEST: Final = 0.5
LONGEST: Final = 30.0


class Replay:
    """A part that ends when it is done. What it needs may come later; damage may be mended."""

    def __init__(
        self,
        name: ParticipantName,
        ledger: Ledger,
        works: Works,
        system: Works,
        clock: Clock,
        belongings: Belongings | None = None,
    ) -> None:
        self._name, self._ledger, self._clock = name, ledger, clock
        self._works, self._system, self._belongings = works, system, belongings
        self._stopping = asyncio.Event()
        self.is_done = False

    def stop(self) -> None:
        """Begin no other try."""
        self._stopping.set()

    async def run(self) -> None:
        """Try until it is done, or told to stop."""
        for pause in pauses(SHORTEST, LONGEST):
            await self._try()
            if self.is_done or self._stopping.is_set():
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()

    async def _try(self) -> None:
        try:
            await self.once()
        except DamagedLedgerError as damage:
            said = {"position": damage.position, "reason": damage.why}
            log.error("ledger.damaged", extra=said)  # noqa: TRY400  a state, not a bug
        except UnavailableError as down:
            log.warning("replay.waits", extra={"code": down.code})
        except DBAPIError as error:
            log.warning("replay.waits", extra={"error": type(error).__name__})

    async def once(self) -> None:
        """Do what is missing. Raises DamagedLedgerError, UnavailableError."""
        pending = await self._pending()
        for workspace_id, entries in pending.items():
            await self._catch_up(workspace_id, entries)
        self.is_done = True
        log.info("replay.done", extra={"count": sum(map(len, pending.values()))})

    async def _pending(self) -> Mapping[UUID, list[Recorded]]:
        """By workspace, what the ledger has and this database has not; what is over is let be."""
        reached = await self._system.run(PLATFORM_WORKSPACE_ID, newest)
        done = await self._system.run(PLATFORM_WORKSPACE_ID, rounds)
        pending, end = defaultdict(list), 0
        async for entry in self._ledger.entries():
            end = entry.position
            is_over = entry.fenced_at <= self._clock() - KEPT
            if not is_over and (entry.request_id, entry.round) not in done:
                pending[entry.workspace_id].append(entry)
        if end < reached:
            raise DamagedLedgerError(end + 1, "is missing")
        return pending

    async def _catch_up(self, workspace_id: UUID, entries: Collection[Recorded]) -> None:
        sought = frozenset(Fence.read(one) for entry in entries for one in entry.fences)
        known = await recognised(self._works, workspace_id, sought)
        for entry in entries:
            what = _round(entry, self._name, known)
            at, belongings = self._clock(), self._belongings
            doing = partial(erase, what=what, by=self._name, at=at, belongings=belongings)
            await self._works.run(workspace_id, doing)


def _round(entry: Recorded, name: ParticipantName, known: Mapping[Fence, BlindIndex]) -> Round:
    around = frozenset(map(Fence.read, entry.fences))
    return Round(
        request_id=entry.request_id,
        number=entry.round,
        position=entry.position,
        fenced_at=entry.fenced_at,
        fences=around,
        indexes=frozenset(known[one] for one in around if one in known),
        subjects=frozenset(entry.subjects.get(name, ())),
        strangers=strangers({other: ids for other, ids in entry.subjects.items() if other != name}),
    )

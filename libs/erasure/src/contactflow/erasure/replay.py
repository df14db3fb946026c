"""Doing again what a restored database has forgotten, before anybody is served.

Every process does it as it starts: what the ledger has and the database has not. People are found
by the ids that are in the ledger, and by comparing its hashes with those of every identity that
the workspace has; who comes to be at this very moment, the verification finds.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import partial
from uuid import UUID

from contactflow.erasure.belongings import Belongings
from contactflow.erasure.catching_up import CatchingUp
from contactflow.erasure.entries import DamagedLedgerError, Recorded
from contactflow.erasure.eraser import Round, erase
from contactflow.erasure.fences import Fence, strangers
from contactflow.erasure.ledger import KEPT, Ledger
from contactflow.erasure.queries import newest, rounds
from contactflow.erasure.recognising import recognised
from contactflow.events.erasures import ParticipantName
from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock
from contactflow.persistence import Works
from contactflow.vault.indexes import BlindIndex


class Replay(CatchingUp):
    """What a participant does at its start."""

    def __init__(
        self,
        name: ParticipantName,
        ledger: Ledger,
        works: Works,
        system: Works,
        clock: Clock,
        belongings: Belongings | None = None,
    ) -> None:
        super().__init__()
        self._name, self._ledger, self._clock = name, ledger, clock
        self._works, self._system, self._belongings = works, system, belongings

    async def _catch_up(self) -> int:
        pending = await self._pending()
        for workspace_id, entries in pending.items():
            await self._catch_up_in(workspace_id, entries)
        return sum(map(len, pending.values()))

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

    async def _catch_up_in(self, workspace_id: UUID, entries: Collection[Recorded]) -> None:
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

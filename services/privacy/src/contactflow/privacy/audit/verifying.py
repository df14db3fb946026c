"""Looking through every chain for what was changed, taken away, put in or moved.

What is cut off at the end leaves a chain that is whole: only who noted its last hash can tell,
which is why the verdict names it.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Row, select, tuple_

from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Work, Works
from contactflow.privacy.audit.model import FIRST, AuditEntry, Said

ENTRIES: Any = AuditEntry.__table__
BATCH: Final = 500
Fault = Literal["missing", "changed", "out of place"]


@dataclass
class Chain:
    """One workspace's entries, looked at in order. `seq` is the last good one, or the bad one."""

    workspace_id: UUID
    seq: int = 0
    hash: bytes = FIRST
    fault: Fault | None = None

    def look(self, row: Row[Any]) -> None:
        """The next entry. After the first fault nothing more can be said."""
        if self.fault:
            return
        self.seq += 1
        self.fault = self._fault(row)
        self.hash = row.hash

    def _fault(self, row: Row[Any]) -> Fault | None:
        if row.seq != self.seq:
            return "missing"
        if not _is_as_written(row):
            return "changed"
        return None if row.previous == self.hash else "out of place"


async def verify(system: Works) -> AsyncIterator[Chain]:
    """The chain of each workspace, looked through. Short transactions, on the system role."""
    chain: Chain | None = None
    place: tuple[UUID, int] = (UUID(int=0), 0)
    while rows := await system.run(PLATFORM_WORKSPACE_ID, partial(_after, place)):
        for row in rows:
            if chain is None or chain.workspace_id != row.workspace_id:
                if chain:
                    yield chain
                chain = Chain(row.workspace_id)
            chain.look(row)
            place = (row.workspace_id, row.seq)
    if chain:
        yield chain


async def _after(place: tuple[UUID, int], work: Work) -> Sequence[Row[Any]]:
    order = (ENTRIES.c.workspace_id, ENTRIES.c.seq)
    later = select(ENTRIES).where(tuple_(*order) > place).order_by(*order).limit(BATCH)
    return (await work.rows(later)).all()


def _is_as_written(row: Row[Any]) -> bool:
    said = row._asdict()
    written = said.pop("hash")
    try:
        return bool(Said(**said).hash == written)
    except ValueError:  # facts that nobody here could have written
        return False

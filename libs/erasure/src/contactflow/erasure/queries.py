"""What was erased here."""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from contactflow.erasure.model import Erasure
from contactflow.persistence import Work


async def deleted(work: Work, request_id: UUID) -> dict[str, int]:
    """Rows by table, over all rounds of a request."""
    rounds = await work.rows(select(Erasure.deleted).where(Erasure.request_id == request_id))
    whole: Counter[str] = Counter()
    for rows in rounds.scalars():
        whole.update(rows)
    return dict(whole)


async def newest(work: Work) -> int:
    """The last place of the ledger that this database has been at (system role); 0 at first."""
    found = await work.rows(select(func.max(Erasure.position)))
    return found.scalar_one() or 0


async def rounds(work: Work) -> frozenset[tuple[UUID, int]]:
    """Request and round of all that has been done (system role)."""
    found: Any = await work.rows(select(Erasure.request_id, Erasure.round))
    return frozenset((row.request_id, row.round) for row in found)

"""How long it is remembered that somebody was erased: three years, here as in the ledger."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text

from contactflow.erasure.ledger import KEPT, MARGIN
from contactflow.kernel import Clock
from contactflow.messaging import Job, chore
from contactflow.persistence import Work

EVERY: Final = timedelta(hours=1)
BATCH: Final = 1000
FENCES: Final = text("""
    DELETE FROM erasure_fences WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM erasure_fences WHERE fenced_at <= :before LIMIT :batch))
""")
# A day longer: whatever the ledger still asks for is known to have been done.
ERASURES: Final = text("""
    DELETE FROM erasures WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM erasures WHERE done_at <= :before LIMIT :batch))
""")


def purging(clock: Clock) -> Job[Any]:
    """The chore that lets go of what is over, a batch at a time, across workspaces."""

    async def purge(work: Work) -> bool:
        over = clock() - KEPT
        gone = 0
        for statement, before in ((FENCES, over), (ERASURES, over - MARGIN)):
            done: Any = await work.rows(statement, {"before": before, "batch": BATCH})
            gone += done.rowcount
        return bool(gone)

    return chore("erasure.purge", every=EVERY, apply=purge)

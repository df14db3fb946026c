"""How long the ledger remembers: what is over is let go of, as the fences of it are."""

from datetime import timedelta
from typing import Any, Final

from contactflow.erasure.ledger import LedgerWriter
from contactflow.messaging import Job, Nothing
from contactflow.messaging.reactions import two_phase
from contactflow.persistence import Work

DAILY: Final = timedelta(days=1)


def purging(ledger: LedgerWriter) -> Job[Any]:
    """A chore that asks the object store with no transaction open."""

    async def purge(_: Nothing) -> int:
        return await ledger.purge()

    async def again(_: Work, __: Nothing, gone: int) -> bool:
        return gone > 0

    return Job("privacy.ledger", Nothing, two_phase(purge, again), DAILY)

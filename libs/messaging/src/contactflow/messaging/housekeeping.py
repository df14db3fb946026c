"""How long messaging keeps what it has finished with."""

from datetime import timedelta
from typing import Any

from contactflow.kernel import Clock
from contactflow.messaging.ending import purge_jobs
from contactflow.messaging.jobs import Job, chore
from contactflow.messaging.outbox import purge_inbox, purge_outbox
from contactflow.persistence import Work

SENT = timedelta(days=7)
"""Rows of the outbox that Kafka has: to see what was sent, and to send it again by hand."""
RECEIVED = timedelta(days=30)
"""Rows of the inbox: for as long as a dead letter may be redriven, or a topic read again."""
GIVEN_UP = timedelta(days=30)
"""Jobs that failed for good: for somebody to look at."""
EVERY = timedelta(hours=1)


def housekeeping(clock: Clock) -> Job[Any]:
    """The chore that deletes what is older, a batch at a time."""

    async def purge(work: Work) -> bool:
        now = clock()
        return bool(
            await purge_outbox(work, before=now - SENT)
            + await purge_inbox(work, before=now - RECEIVED)
            + await purge_jobs(work, before=now - GIVEN_UP)
        )

    return chore("messaging.housekeeping", every=EVERY, apply=purge)

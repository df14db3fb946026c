"""What is remembered of an erasure is let go of after three years."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from contactflow.erasure.ledger import KEPT, MARGIN
from contactflow.erasure.participant import Participant
from contactflow.messaging import Changes, Jobs
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.rounds import erased
from contactflow.vault import Email

HOUR = timedelta(hours=1)


async def kept(work: Work) -> tuple[int, int]:
    """Fences, and rounds that were done."""
    counts = text("""
        SELECT (SELECT count(*) FROM erasure_fences) AS fences,
               (SELECT count(*) FROM erasures) AS rounds
    """)
    found = (await work.rows(counts)).one()
    return found.fences, found.rounds


async def test_fences_and_rounds_go_when_they_are_over(
    works: Works, system: Works, engines: Engines, clock: FakeClock, workspace_id: UUID
) -> None:
    jobs = Participant("crm").jobs(clock)
    due = Jobs(works, system, jobs, clock=clock, changes=Changes(engines.system))
    many = [Email(f"{number}@example.com") for number in range(1001)]
    await works.run(workspace_id, lambda work: erased(work, *many))

    seen = []
    for later in (KEPT - HOUR, HOUR, MARGIN):
        clock.advance(later)
        for _ in range(3):
            await due.once()
        seen.append(await works.run(workspace_id, kept))

    assert seen == [(1001, 1), (0, 1), (0, 0)]

"""Whatever comes for somebody who is gone has no effect, and is counted."""

import logging
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.events import Fact
from contactflow.kernel import GoneError
from contactflow.messaging import Reaction, job, on
from contactflow.messaging.deadletters import Graveyard
from contactflow.messaging.settling import Settler
from contactflow.persistence import Work, Works
from libs.messaging.tests.effects import note, noted
from libs.messaging.tests.ledger import Ticked
from libs.messaging.tests.test_jobs import (
    Reminder,
    Runs,
    due,
    no_jobs_of_others,
    promised,
    rows,
    runs,
)
from libs.messaging.tests.test_settling import Flaky, a_record

__all__ = ["due", "no_jobs_of_others", "runs"]  # fixtures of that module
INBOX = text("SELECT consumer, dropped FROM inbox ORDER BY dropped")


async def nobody(_: Fact[Ticked]) -> int | None:
    return None


async def erased(_: Fact[Ticked]) -> int | None:
    raise GoneError


async def keep(work: Work, fact: Fact[Ticked], _: int) -> None:
    await note(work, fact)


async def meets_nobody(work: Work, fact: Fact[Ticked]) -> None:
    await note(work, fact)
    raise GoneError


LOST = {
    "the fetch finds nobody": on(Ticked, "keep", fetch=nobody, apply=keep),
    "the fetch is told so": on(Ticked, "keep", fetch=erased, apply=keep),
    "erased in between": on(Ticked, "keep", apply=meets_nobody),
}


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "contactflow.messaging")
    return caplog


async def settle(works: Works, reaction: Reaction[Ticked], *records: Any) -> None:
    await Settler(works, [reaction], Graveyard(Flaky(), "ticking")).settle(records)


async def inbox(works: Works, workspace_id: UUID) -> list[tuple[str, bool]]:
    found = await works.run(workspace_id, lambda work: work.rows(INBOX))
    return [tuple(row) for row in found]


def dropped(told: pytest.LogCaptureFixture, event: str) -> list[dict[str, Any]]:
    return [vars(one) for one in told.records if one.getMessage() == event]


@pytest.mark.parametrize("why", LOST)
@pytest.mark.parametrize("count", [1, 3])
async def test_an_event_about_somebody_who_is_gone_is_counted_once(
    works: Works, workspace_id: UUID, told: pytest.LogCaptureFixture, why: str, count: int
) -> None:
    records = [a_record(workspace_id) for _ in range(count)]

    await settle(works, LOST[why], *records)
    await settle(works, LOST[why], *records)

    assert await noted(works, workspace_id) == []
    assert await inbox(works, workspace_id) == [("keep", True)] * count
    said = [(one["reaction"], one["type"]) for one in dropped(told, "event.dropped")]
    assert said == [("keep", "tick.ticked")] * count


async def test_one_that_is_gone_costs_the_others_nothing(
    works: Works, workspace_id: UUID, told: pytest.LogCaptureFixture
) -> None:
    lost = a_record(workspace_id)
    key = dict(lost.headers)["ce_id"].decode()

    async def one_of_them(fact: Fact[Ticked]) -> int | None:
        return None if str(fact.id) == key else 1

    mixed = on(Ticked, "keep", fetch=one_of_them, apply=keep)
    await settle(works, mixed, a_record(workspace_id), lost, a_record(workspace_id))

    assert len(await noted(works, workspace_id)) == 2
    assert [one for _, one in await inbox(works, workspace_id)] == [False, False, True]
    assert len(dropped(told, "event.dropped")) == 1


async def test_a_job_about_somebody_who_is_gone_says_so(
    works: Works, runs: Runs, workspace_id: UUID, due: Reminder, told: pytest.LogCaptureFixture
) -> None:
    async def gone(work: Work, due: Reminder) -> None:
        raise GoneError

    sad = job("sad", Reminder, apply=gone)
    await promised(works, workspace_id, sad, due)
    await runs(sad).once()

    assert [one["job"] for one in dropped(told, "job.dropped")] == ["sad"]
    assert await rows(works, workspace_id) == []

"""How a run of a job ends: with its effect, in another try, or given up."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text

from contactflow.persistence import Work

MINE = "WHERE workspace_id = :workspace_id AND id = :id AND lease = :lease"
HELD = text(f"SELECT again_at FROM jobs {MINE} FOR UPDATE")  # noqa: S608  a constant
DONE = text(f"DELETE FROM jobs {MINE}")  # noqa: S608  a constant
AGAIN = text(f"""
    UPDATE jobs SET due_at = :due_at, again_at = NULL, lease = NULL, tries = 0, code = NULL {MINE}
""")  # noqa: S608  a constant
FAILED = text(f"""
    UPDATE jobs SET due_at = coalesce(again_at, :due_at), again_at = NULL, lease = NULL,
        tries = CASE WHEN again_at IS NULL THEN :tries ELSE 0 END, code = :code {MINE}
""")  # noqa: S608  a constant
GIVEN_UP = text(f"""
    UPDATE jobs SET given_up_at = CASE WHEN again_at IS NULL THEN CAST(:now AS timestamptz) END,
        due_at = coalesce(again_at, due_at), again_at = NULL, lease = NULL,
        tries = CASE WHEN again_at IS NULL THEN tries ELSE 0 END, code = :code {MINE}
""")  # noqa: S608  a constant
PURGE = text("""
    DELETE FROM jobs WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM jobs WHERE given_up_at < :before LIMIT :batch))
""")


class LeaseLostError(Exception):
    """Another process has begun it: roll back."""


async def lock(work: Work, row: Row[Any]) -> datetime | None:
    """Keep every other process from this job until the transaction ends.

    Answers when it was asked for again. Raises LeaseLostError.
    """
    held = (await work.rows(HELD, _mine(row))).first()
    if held is None:
        raise LeaseLostError
    again_at: datetime | None = held.again_at
    return again_at


async def finish(work: Work, row: Row[Any], *, due_at: datetime | None) -> None:
    """It is done, and due again at `due_at` or never: in the transaction of its effect."""
    if due_at:
        await work.rows(AGAIN, _mine(row) | {"due_at": due_at})
    else:
        await work.rows(DONE, _mine(row))


async def fail(work: Work, row: Row[Any], *, code: str, tries: int, due_at: datetime) -> None:
    """Let it be tried again, and count so many tries."""
    values = {"due_at": due_at, "code": code, "tries": tries}
    await work.rows(FAILED, _mine(row) | values)


def pause(tries: int) -> timedelta:
    """Before it is tried again: the longer the more often it was, an hour at most."""
    return timedelta(seconds=min(2.0**tries, 3600))


async def give_up(work: Work, row: Row[Any], *, code: str, now: datetime) -> None:
    """Keep it for somebody to look at, unless it was asked for again meanwhile."""
    await work.rows(GIVEN_UP, _mine(row) | {"now": now, "code": code})


async def purge_jobs(work: Work, *, before: datetime, batch: int = 1000) -> int:
    """Delete one batch of jobs that were given up earlier; how many there were."""
    deleted: Any = await work.rows(PURGE, {"before": before, "batch": batch})
    return int(deleted.rowcount)


def _mine(row: Row[Any]) -> dict[str, Any]:
    return {"workspace_id": row.workspace_id, "id": row.id, "lease": row.lease}

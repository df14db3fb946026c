"""Adding to the audit ledger."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.privacy.audit.facts import plain
from contactflow.privacy.audit.model import FIRST, AuditEntry, Said

ENTRIES: Any = AuditEntry.__table__
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:chain, 0))")


async def record(
    work: Work,
    *,
    action: str,
    actor: str,
    request_id: UUID | None,
    facts: Mapping[str, Any],
    at: datetime,
) -> None:
    """Say in this transaction that somebody did something: both are committed, or neither.

    `actor` is the name of a principal; `facts` are codes, counts and ids (FactsError). Until the
    commit nobody else adds to this workspace's chain: do it last.
    """
    await work.rows(LOCK, {"chain": f"audit:{work.workspace_id}"})
    seq, previous = await _last(work)
    said = Said(
        workspace_id=work.workspace_id,
        id=new_id(),
        seq=seq + 1,
        at=at,
        actor=actor,
        action=action,
        request_id=request_id,
        facts=plain(facts),
        previous=previous,
    )
    await work.rows(insert(ENTRIES).values(**said._asdict(), hash=said.hash))


async def _last(work: Work) -> tuple[int, bytes]:
    newest = select(ENTRIES.c.seq, ENTRIES.c.hash).order_by(ENTRIES.c.seq.desc()).limit(1)
    found = (await work.rows(newest.where(ENTRIES.c.workspace_id == work.workspace_id))).first()
    return (found.seq, found.hash) if found else (0, FIRST)

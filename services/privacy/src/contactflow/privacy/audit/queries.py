"""Reading the audit ledger: Core straight to HTTP shapes."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from contactflow.persistence import Work
from contactflow.privacy.audit.model import AuditEntry
from contactflow.privacy.audit.schemas import AuditEventOut
from contactflow.web import Page, Paging

ENTRIES: Any = AuditEntry.__table__


async def newest(work: Work, paging: Paging, request_id: UUID | None) -> Page[AuditEventOut]:
    """Newest first; of one request if one is named."""
    wanted = select(ENTRIES.c[*AuditEventOut.model_fields])
    if request_id:
        wanted = wanted.where(ENTRIES.c.request_id == request_id)
    return paging.page(AuditEventOut, (await work.rows(paging.of(wanted, "at"))).all())

"""The audit ledger over HTTP: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Query

from contactflow.privacy.audit import queries
from contactflow.privacy.audit.dependencies import AuditRead
from contactflow.privacy.audit.schemas import AuditEventOut, RequestId
from contactflow.web import Page, Paging

router = APIRouter(prefix="/v1/audit-events", tags=["audit"])


@router.get("", summary="Read who did what about people's rights")
async def list_audit_events(
    work: AuditRead, paging: Paging, request_id: Annotated[RequestId | None, Query()] = None
) -> Page[AuditEventOut]:
    return await queries.newest(work, paging, request_id)

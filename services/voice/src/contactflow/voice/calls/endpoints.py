"""Calls over HTTP: parse, call, return."""

from fastapi import APIRouter

from contactflow.events.calls import Direction
from contactflow.voice.calls import queries
from contactflow.voice.calls.dependencies import CallsRead, TranscriptsRead
from contactflow.voice.calls.model import Status
from contactflow.voice.calls.schemas import CallId, CallOut, ContactId, SummaryOut, TranscriptOut
from contactflow.web import Page, Paging

router = APIRouter(prefix="/v1/calls", tags=["calls"])


@router.get("", summary="List calls")
async def list_calls(
    *,
    work: CallsRead,
    paging: Paging,
    direction: Direction | None = None,
    status: Status | None = None,
    contact_id: ContactId | None = None,
) -> Page[CallOut]:
    return await queries.newest(
        work, paging, direction=direction, status=status, contact_id=contact_id
    )


@router.get("/{call_id}", summary="Read a call")
async def get_call(call_id: CallId, work: CallsRead) -> CallOut:
    return await queries.one(work, call_id)


@router.get("/{call_id}/transcript", summary="Read what was said in a call")
async def get_call_transcript(call_id: CallId, work: TranscriptsRead) -> TranscriptOut:
    return await queries.transcript(work, call_id)


@router.get("/{call_id}/summary", summary="Read what a call was about")
async def get_call_summary(call_id: CallId, work: TranscriptsRead) -> SummaryOut:
    """Show intent, summary and follow-ups; they are written a moment after the call."""
    return await queries.summary(work, call_id)

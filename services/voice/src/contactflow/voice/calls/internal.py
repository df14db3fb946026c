"""Calls for our own services: who a caller is, what became of a call."""

from uuid import UUID

from fastapi import APIRouter

from contactflow.voice.calls import queries
from contactflow.voice.calls.dependencies import Internal
from contactflow.voice.calls.schemas import Asked, CallerOut, Contents

router = APIRouter(prefix="/internal", tags=["internal"])


@router.get("/callers/{subject_id}")
async def get_caller(subject_id: UUID, work: Internal) -> CallerOut:
    """Show who called; once they are erased, that they are gone."""
    return await queries.caller(work, subject_id)


@router.post("/calls/contents")
async def read_call_contents(asked: Asked, work: Internal) -> Contents:
    """Show what became of several calls."""
    return Contents(calls=tuple(await queries.contents(work, asked.call_ids)))

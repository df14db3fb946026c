"""Conversations for our own services: who a visitor is, what was said."""

from uuid import UUID

from fastapi import APIRouter

from contactflow.chat.conversations import queries
from contactflow.chat.conversations.dependencies import Internal
from contactflow.chat.conversations.schemas import Asked, Contents, SubjectOut

router = APIRouter(prefix="/internal", tags=["internal"])


@router.get("/subjects/{subject_id}")
async def get_subject(subject_id: UUID, work: Internal) -> SubjectOut:
    """Show who a visitor is; once they are erased, that they are gone."""
    return await queries.subject(work, subject_id)


@router.post("/conversations/contents")
async def read_contents(asked: Asked, work: Internal) -> Contents:
    """Show what was said in several conversations."""
    found = await queries.contents(work, asked.conversation_ids)
    return Contents(conversations=tuple(found))

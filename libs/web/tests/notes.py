"""A tiny service of its own: notes of a workspace, with every convention of the house."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Mapped

from contactflow.kernel import NotFoundError, UnavailableError, new_id
from contactflow.persistence import Base, Work, WorkspaceRow
from contactflow.web import Listed, Now, Page, Paging, Shape, public_id, requires

NoteId = Annotated[UUID, public_id("note")]
NotesRead = Annotated[Work, requires("notes:read")]
NotesWrite = Annotated[Work, requires("notes:write")]


class Note(WorkspaceRow, Base):
    __tablename__ = "notes"

    text: Mapped[str]
    created_at: Mapped[datetime]


class NoteIn(Shape):
    text: str = Field(min_length=1, max_length=20, examples=["Call back"])
    about: NoteId | None = None


class NoteOut(Shape, Listed):
    id: NoteId
    text: str = Field(examples=["Call back"])
    created_at: datetime


router = APIRouter(prefix="/v1/notes", tags=["notes"])


@router.post("", status_code=201, summary="Write a note")
async def create_note(new: NoteIn, work: NotesWrite, at: Now, response: Response) -> NoteOut:
    note = Note(workspace_id=work.workspace_id, id=new_id(), text=new.text, created_at=at)
    work.session.add(note)
    out = NoteOut.model_validate(note)
    response.headers["Location"] = f"/v1/notes/{out.model_dump(mode='json')['id']}"
    return out


@router.get("", summary="List notes")
async def list_notes(work: NotesRead, paging: Paging) -> Page[NoteOut]:
    rows = (await work.rows(paging.of(select(Note.__table__)))).all()
    return paging.page(NoteOut, rows)


@router.get("/{note_id}", summary="Read a note")
async def get_note(note_id: NoteId, work: NotesRead) -> NoteOut:
    note = await work.session.get(Note, (work.workspace_id, note_id))
    if note is None:
        raise NotFoundError
    return NoteOut.model_validate(note)


@router.patch("/{note_id}", summary="Change a note")
async def update_note(note_id: NoteId, new: NoteIn, work: NotesWrite) -> NoteOut:
    note = await work.session.get_one(Note, (work.workspace_id, note_id))
    note.text = new.text
    return NoteOut.model_validate(note)


@router.post("/{note_id}/explode", summary="Fail")
async def explode(note_id: NoteId, _: NotesWrite) -> None:
    message = f"secret {note_id}"
    raise RuntimeError(message)


@router.get("/{note_id}/upstream", summary="Ask somebody who is down")
async def upstream(note_id: NoteId, _: NotesRead) -> None:
    raise UnavailableError

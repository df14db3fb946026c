"""A small aggregate about a person: what the vault's promises are tried on."""

from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from sqlalchemy.orm import Mapped

from contactflow.events import Event, Topic
from contactflow.kernel import NotFoundError, new_id
from contactflow.persistence import Aggregate, Base, Work
from contactflow.vault import (
    Category,
    Person,
    Personal,
    PersonalRepository,
    many,
    one,
    sealed,
    unsealed,
)


class NoteWritten(Event, type="note.written", topic=Topic("vault.notes")):
    """Somebody wrote something down."""

    note_id: UUID


class Mention(NamedTuple):
    """A word in a note."""

    word: str
    loud: bool = False


class Note(Personal, Aggregate, Base):
    """What somebody wrote about a person."""

    __tablename__ = "notes"

    title = sealed(one(str), "vault.test.note.title", Category.CONTENT)
    text = sealed(one(str), "vault.test.note.text", Category.CONTENT)
    mentions = sealed(many(Mention), "vault.test.note.mentions", Category.CONTENT)
    language: Mapped[str | None] = unsealed("vault.test.note.language", Category.PREFERENCE)

    @classmethod
    def write(cls, person: Person, at: datetime, text: str | None) -> Self:
        note = cls(created_at=at)
        note.about(person, new_id())
        note.text = text
        note.record(NoteWritten(note_id=note.id), at=at)
        return note


class NoteNotFoundError(NotFoundError):
    """No such note."""

    code = "note_not_found"


def notes(work: Work) -> PersonalRepository[Note]:
    return PersonalRepository(work, Note, NoteNotFoundError)

"""Tables of every kind that an eraser meets, and people with rows in them."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Mapped

from contactflow.kernel import new_id
from contactflow.persistence import Base, Work, WorkspaceRow, references
from contactflow.vault import (
    Category,
    Email,
    Identity,
    Person,
    Personal,
    Phone,
    Subjects,
    lives_by,
    neutral,
    one,
    sealed,
    unsealed,
)

ADA, MOB = Email.parse("ada@example.com"), Phone.parse("+33612345678")
EVE, BOB = Email.parse("eve@example.com"), Email.parse("bob@example.com")


class Talk(WorkspaceRow, Base):
    """About nobody; gone with the last who takes part."""

    __tablename__ = "talks"
    __table_args__ = ({"info": lives_by("talkers")},)

    topic: Mapped[str | None] = neutral()


class Talker(Personal, Base):
    __tablename__ = "talkers"

    talk_id: Mapped[UUID] = neutral()


class Word(Personal, Base):
    """Hangs on the talk, and says whose it is."""

    __tablename__ = "words"

    talk_id: Mapped[UUID] = neutral()
    text = sealed(one(str), "erasure.test.word.text", Category.CONTENT)


class Letter(WorkspaceRow, Base):
    """Hangs on a word and says nothing of the person, as no table of ours should."""

    __tablename__ = "letters"

    word_id: Mapped[UUID] = neutral()
    letter: Mapped[str] = unsealed("erasure.test.letter", Category.CONTENT)


class Loose(WorkspaceRow, Base):
    """Names a person without a key."""

    __tablename__ = "loose"

    subject_id: Mapped[UUID] = neutral()


references(Talker, "talks", "talk_id")
references(Word, "talks", "talk_id")
references(Letter, "words", "word_id")


async def someone(work: Work, *identities: Identity, claims: tuple[Identity, ...] = ()) -> Person:
    return await Subjects(work).find_or_create(identities, claims=claims)


async def joins(work: Work, person: Person, talk_id: UUID | None = None) -> UUID:
    """Takes part in a talk, by default a new one."""
    row = {"workspace_id": work.workspace_id}
    if talk_id is None:
        talk_id = new_id()
        await work.rows(insert(Talk).values(**row, id=talk_id))
    who = {**row, "id": new_id(), "subject_id": person.id, "talk_id": talk_id}
    await work.rows(insert(Talker).values(who))
    return talk_id


async def says(work: Work, person: Person, talk_id: UUID, count: int = 1) -> list[UUID]:
    ids = [new_id() for _ in range(count)]
    whose = {"workspace_id": work.workspace_id, "subject_id": person.id, "talk_id": talk_id}
    await work.rows(insert(Word), [{**whose, "id": one} for one in ids])
    return ids


async def spells(work: Work, word_id: UUID) -> None:
    row = {"workspace_id": work.workspace_id, "id": new_id(), "word_id": word_id, "letter": "a"}
    await work.rows(insert(Letter).values(row))


async def named_loosely(work: Work, subject_id: UUID) -> None:
    row = {"workspace_id": work.workspace_id, "id": new_id(), "subject_id": subject_id}
    await work.rows(insert(Loose).values(row))


async def a_life(work: Work, person: Person) -> UUID:
    """One row of theirs in each table."""
    talk_id = await joins(work, person)
    [word_id] = await says(work, person, talk_id)
    await spells(work, word_id)
    await named_loosely(work, person.id)
    return talk_id


LIFE: dict[str, Any] = dict.fromkeys(("talks", "talkers", "words", "letters", "loose"), 1)

"""What a sealed field promises, on real PostgreSQL."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from contactflow.kernel import new_id
from contactflow.persistence import Work, Works
from contactflow.vault import (
    Category,
    Email,
    Person,
    Subjects,
    UnsealError,
    opened,
    reading,
    unsealed,
)
from libs.vault.tests.notes import Mention, Note, notes

PLANTED = "planted words"


async def test_the_table_holds_ciphertext(work: Work, note: Note) -> None:
    row = (await work.rows(text("SELECT * FROM notes"))).one()

    assert row.text[0] == 1
    assert b"plain" not in row.text
    assert row.mentions is row.title is None


async def test_what_is_listed_opens(work: Work, note: Note) -> None:
    note.mentions = (Mention("hello", loud=True),)
    await work.session.flush()

    [row] = await opened(work, Note, reading(Note))

    assert (row.text, row.title, row.mentions) == ("plain words", None, note.mentions)
    assert (row.restricted, row.version) == (False, 1)


async def test_a_row_that_cannot_be_opened_is_in_no_list_s_way(
    work: Work, note: Note, ada: Person, at: datetime
) -> None:
    bob = await Subjects(work).find_or_create([Email.parse("bob@example.com")])
    theirs = Note.write(bob, at, "his words")
    work.session.add(theirs)
    await work.session.flush()
    damage = text("UPDATE subjects SET wrapped_key = '' WHERE id = :id")
    await work.rows(damage, {"id": ada.id})

    listed = {row.id: row for row in await opened(work, Note, reading(Note))}

    assert listed[theirs.id].text == "his words"
    with pytest.raises(UnsealError):
        _ = listed[note.id].text


async def test_it_survives_expire_refresh_and_detachment(work: Work, note: Note) -> None:
    work.session.expire(note)
    await work.session.refresh(note)
    assert note.text == "plain words"

    work.session.expunge_all()
    assert note.text == "plain words"


async def test_a_loaded_one_opens_by_its_person(work: Work, note: Note) -> None:
    work.session.expunge_all()
    loaded = await notes(work).get(note.id)

    assert loaded is not note
    assert loaded.text == "plain words"


async def test_the_same_value_is_not_sealed_again(work: Work, note: Note) -> None:
    note.text = "plain words"
    assert not inspect(note).modified

    note.text = None
    assert inspect(note).modified
    assert note.text is None


@pytest.mark.parametrize("swap", ["title = text", "text = title"])
async def test_ciphertext_of_another_field_does_not_open(work: Work, note: Note, swap: str) -> None:
    note.title = "Title"
    await work.session.flush()
    await work.rows(text(f"UPDATE notes SET {swap}"))
    await work.session.refresh(note)

    with pytest.raises(UnsealError):
        _ = note.text, note.title


async def test_ciphertext_of_another_row_does_not_open(
    work: Work, ada: Person, note: Note, at: datetime
) -> None:
    twin = Note.write(ada, at, "other words")
    work.session.add(twin)
    await work.session.flush()
    await work.rows(
        text("UPDATE notes SET text = (SELECT text FROM notes WHERE id = :id)"), {"id": twin.id}
    )
    await work.session.refresh(note)

    with pytest.raises(UnsealError):
        _ = note.text


async def test_bulk_rows_open_like_any_other(work: Work, ada: Person, at: datetime) -> None:
    row_id = new_id()
    envelope = Note.text.seal(ada.key, work.workspace_id, row_id, "in bulk")
    await work.session.flush()
    ids = {"workspace_id": work.workspace_id, "id": row_id, "subject_id": ada.id, "version": 1}
    values = {**ids, "created_at": at, "updated_at": at, "text": envelope}
    table: Any = Note.__table__
    await work.rows(insert(table).values(values))

    [row] = await opened(work, Note, reading(Note))

    assert row.text == "in bulk"


async def test_errors_and_logs_hold_ciphertext_only(
    works: Works, workspace_id: UUID, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    async def write(work: Work) -> None:
        ada = await Subjects(work).find_or_create([Email.parse("planted@example.com")])
        work.session.add(Note.write(ada, at, PLANTED))
        await work.session.flush()
        await work.rows(text("UPDATE notes SET version = NULL"))

    with (
        caplog.at_level(logging.DEBUG, "sqlalchemy"),
        pytest.raises(IntegrityError, match="violates not-null") as refused,
    ):
        await works.run(workspace_id, write)

    detail = getattr(refused.value.driver_exception, "detail", "")
    told = f"{refused.value!r}{refused.value}{detail}{caplog.text}"
    assert "INSERT INTO notes" in told
    assert "planted" not in told
    assert b"planted".hex() not in told


async def test_a_refused_value_is_in_no_error(work: Work) -> None:
    statement = text("SELECT CAST(CAST(:value AS text) AS integer)")

    with pytest.raises(DBAPIError) as refused:
        await work.rows(statement, {"value": 7})

    assert "hide_parameters" in str(refused.value)


def test_a_field_id_belongs_to_one_column() -> None:
    with pytest.raises(ValueError, match=r"note\.title"):
        unsealed("vault.test.note.title", Category.CONTENT)


async def test_nothing_plain_is_left_in_an_instance(note: Note) -> None:
    assert "plain" not in f"{note!r}{vars(note)!r}{inspect(note).dict!r}"


async def test_another_workspace_reads_nothing(
    works: Works, note: Note, work: Work, other_workspace_id: UUID
) -> None:
    await work.session.commit()

    assert await works.run(other_workspace_id, lambda w: opened(w, Note, reading(Note))) == []


async def test_what_is_emptied_holds_nothing_personal(work: Work, note: Note) -> None:
    note.title, note.mentions, note.language = "Title", (Mention("hello"),), "en"
    await work.session.flush()

    note.empty()

    await work.session.flush()
    row = (await work.rows(text("SELECT text, title, mentions, language FROM notes"))).one()
    assert set(row) == {None}
    assert note.text is None

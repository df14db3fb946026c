"""Each rule of the catalogue test is seen to fail on a table that breaks it."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Table, Uuid, text

from contactflow.persistence import NOTHING_PERSONAL
from contactflow.persistence.roles import roles
from contactflow.persistence.walls import policies
from contactflow.testing.catalogue import check, faults
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.peoples import disputed, searched
from contactflow.testing.postgres import Postgres
from contactflow.testing.tables import tables
from contactflow.vault import OUTLIVES, lives_by

NAMES = roles("tried")


def neutral(name: str, *, key: bool = False) -> Column[UUID]:
    return Column(name, Uuid(), primary_key=key, info={**NOTHING_PERSONAL})


def key() -> list[Column[UUID]]:
    return [neutral("workspace_id", key=True), neutral("id", key=True)]


def sound() -> MetaData:
    """Three tables with nothing wrong."""
    metadata = MetaData()
    Table("subjects", metadata, *key())
    Table("shelves", metadata, *key(), info=lives_by("notes"))
    Table(
        "notes",
        metadata,
        *key(),
        neutral("subject_id"),
        neutral("shelf_id"),
        ForeignKeyConstraint(
            ["workspace_id", "shelf_id"], ["shelves.workspace_id", "shelves.id"], name="on_shelf"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "subject_id"],
            ["subjects.workspace_id", "subjects.id"],
            ondelete="CASCADE",
        ),
    )
    Table("marks", metadata, *key(), info={"append_only": "what was marked stays marked"})
    return metadata


INDEXES = [
    "CREATE INDEX theirs ON notes (workspace_id, subject_id)",
    "CREATE INDEX shelved ON notes (workspace_id, shelf_id)",
]
BREAKAGES = [
    ("ALTER TABLE notes ADD body text", "notes.body: only in one of database and metadata"),
    ("CREATE TABLE secret (id int)", "secret: only in the database"),
    ("DROP TABLE notes", "notes: only in the metadata"),
    ("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY", "notes: policy is missing"),
    ("ALTER TABLE notes DISABLE ROW LEVEL SECURITY", "notes: policy is missing"),
    ("DROP POLICY workspace ON notes", "notes: policy is missing"),
    ("CREATE POLICY all_of_it ON notes USING (true)", "notes: policy for public"),
    ("ALTER TABLE notes OWNER TO CURRENT_ROLE", "notes: owned by admin"),
    ("GRANT SELECT ON notes TO tried_system", "notes: rights of tried_system"),
    ("REVOKE ALL ON notes FROM tried_app", "notes: rights of tried_app"),
    ("REVOKE DELETE ON notes FROM tried_app", "notes: rights of tried_app"),
    ("GRANT UPDATE ON marks TO tried_app", "marks: rights of tried_app"),
    ("GRANT DELETE ON marks TO tried_app", "marks: rights of tried_app"),
    ("DROP TRIGGER append_only ON marks", "marks: nothing keeps its rows as they are"),
    ("ALTER TABLE marks DISABLE TRIGGER append_only", "marks: nothing keeps its rows as they are"),
    ("CREATE UNIQUE INDEX ON notes (id)", "notes: key (id) is not composite"),
    ("DROP INDEX theirs", "notes: foreign key to subjects is unindexed"),
    (
        (
            "ALTER TABLE subjects ADD UNIQUE (id);"
            "ALTER TABLE notes ADD FOREIGN KEY (subject_id) REFERENCES subjects (id)"
        ),
        "notes: foreign key to subjects is not composite",
    ),
    (
        "ALTER TABLE notes DROP CONSTRAINT notes_workspace_id_subject_id_fkey",
        "notes: about a person without subject_id",
    ),
    (
        (
            "ALTER TABLE notes DROP CONSTRAINT notes_workspace_id_subject_id_fkey;"
            "ALTER TABLE notes ADD FOREIGN KEY (workspace_id, subject_id) REFERENCES subjects"
        ),
        "notes: outlives its person",
    ),
    ("ALTER TABLE shelves ADD subject_id uuid", "shelves: about a person without subject_id"),
]


@pytest.fixture
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    async with fresh_database(postgres, "tried", "nothing") as engines:
        async with engines.owner.begin() as connection:
            await connection.run_sync(sound().create_all)
            for statement in [*INDEXES, *policies(sound(), NAMES.app, NAMES.system)]:
                await connection.execute(text(statement))
        yield engines


async def test_what_is_sound_has_no_fault(engines: Engines) -> None:
    assert list(faults(sound(), await tables(engines.owner), NAMES)) == []


@pytest.mark.parametrize(("breakage", "fault"), BREAKAGES)
async def test_each_breakage_is_seen(
    postgres: Postgres, engines: Engines, breakage: str, fault: str
) -> None:
    admin = await asyncpg.connect(postgres.admin_url(str(engines.owner.url.database)))
    await admin.execute(breakage)
    await admin.close()
    metadata = sound()
    assert fault in set(faults(metadata, await tables(engines.owner), NAMES))


async def test_a_column_that_says_nothing_is_a_fault(engines: Engines) -> None:
    metadata = sound()
    metadata.tables["notes"].c.subject_id.info = {}

    found = faults(metadata, await tables(engines.owner), NAMES)

    assert list(found) == ["notes.subject_id: unclassified"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({}, "shelves: does not say what it lives by"),
        (lives_by("shelves"), "shelves: lives by nobody's rows"),
        (OUTLIVES, None),
    ],
)
async def test_what_peoples_rows_hang_on_says_whether_it_goes_with_them(
    engines: Engines, said: dict[str, str | None], fault: str | None
) -> None:
    metadata = sound()
    metadata.tables["shelves"].info = said

    assert list(faults(metadata, await tables(engines.owner), NAMES)) == [fault] * bool(fault)


async def test_a_table_that_only_one_of_eraser_and_residue_check_knows_is_a_fault(
    engines: Engines,
) -> None:
    metadata = sound()
    Table("letters", metadata, *key(), neutral("subject_id"))
    async with engines.owner.begin() as owner:
        await owner.execute(text("CREATE TABLE pages (subject_id uuid)"))

    found = disputed(metadata, await searched(engines.owner))

    assert list(found) == [
        "pages: the eraser leaves it",
        "letters: the residue check does not see it",
    ]


async def test_an_exception_that_is_no_fault_any_more_is_one(engines: Engines) -> None:
    with pytest.raises(AssertionError, match="stale exception: notes: old"):
        await check(engines.owner, sound(), NAMES, {"notes: old": "it was so"})

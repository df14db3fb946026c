"""The verification believes nobody: what an eraser left is found."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.erasure.residue import residue
from contactflow.kernel import new_id
from contactflow.persistence import Base, Work, Works
from contactflow.testing.database import Engines
from contactflow.testing.rounds import erased, named
from libs.erasure.tests.things import ADA, EVE, LIFE, MOB, a_life, named_loosely, someone

EVERYTHING = {name: rows for name, rows in LIFE.items() if name != "talks"}
EVERYTHING |= {"subjects": 1, "subject_identities": 1}


async def lying_eraser(work: Work, *takes: str) -> None:
    """Has never heard of any other table, and would say that it is done."""
    for name in takes:
        await work.rows(text(f"DELETE FROM {name}"))


async def test_before_an_erasure_everything_is_residue(work: Work) -> None:
    await a_life(work, await someone(work, ADA))

    assert await residue(work, named(work, ADA), by="crm") == EVERYTHING


async def test_after_an_erasure_nothing_is(work: Work) -> None:
    ada = await someone(work, ADA)
    await a_life(work, ada)

    await erased(work, ADA)

    assert await residue(work, named(work, ADA, crm=(ada.id,)), by="crm") == {}


async def test_what_a_lying_eraser_has_left_is_found(work: Work) -> None:
    await a_life(work, await someone(work, ADA))

    await lying_eraser(work, "letters", "talkers", "loose")

    left = {"subjects": 1, "subject_identities": 1, "words": 1}
    assert await residue(work, named(work, ADA), by="crm") == left


async def test_what_hangs_on_rows_that_were_left_is_found_without_any_identity(work: Work) -> None:
    ada = await someone(work, ADA)
    await a_life(work, ada)

    await lying_eraser(work, "subject_identities", "talkers", "loose")

    left = {"subjects": 1, "words": 1, "letters": 1}
    assert await residue(work, named(work, crm=(ada.id,)), by="crm") == left


async def test_rows_without_a_key_are_found_when_the_person_has_gone(work: Work) -> None:
    ada = await someone(work, ADA)
    await erased(work, ADA)
    await named_loosely(work, ada.id)

    assert await residue(work, named(work, crm=(ada.id,)), by="crm") == {"loose": 1}


@pytest.fixture
async def forgotten(engines: Engines) -> AsyncIterator[str]:
    """A table that a migration made and that no model knows."""
    async with engines.owner.begin() as owner:
        await owner.execute(text("CREATE TABLE forgotten (subject_id uuid)"))
        await owner.execute(text("GRANT SELECT, INSERT ON forgotten TO erasing_app"))
    yield "forgotten"
    async with engines.owner.begin() as owner:
        await owner.execute(text("DROP TABLE forgotten"))


async def test_a_table_that_no_code_knows_is_searched(
    works: Works, workspace_id: UUID, forgotten: str
) -> None:
    async with works.begin(workspace_id) as work:
        ada = await someone(work, ADA)
        await work.rows(text("INSERT INTO forgotten VALUES (:ada)"), {"ada": ada.id})
        await erased(work, ADA)

        left = await residue(work, named(work, crm=(ada.id,)), by="crm")

    assert forgotten not in Base.metadata.tables
    assert left == {forgotten: 1}


async def test_identities_are_looked_up_afresh(work: Work) -> None:
    await erased(work, ADA)
    await a_life(work, await someone(work, MOB))

    assert await residue(work, named(work, MOB, crm=(new_id(),)), by="crm") == EVERYTHING


async def test_who_only_claims_is_no_residue(work: Work) -> None:
    await a_life(work, await someone(work, EVE, claims=(ADA,)))

    assert await residue(work, named(work, ADA), by="crm") == {}


async def test_nothing_of_another_workspace_is_residue(
    works: Works, workspace_id: UUID, other_workspace_id: UUID
) -> None:
    theirs = await works.run(other_workspace_id, lambda work: someone(work, ADA))

    async with works.begin(workspace_id) as work:
        assert await residue(work, named(work, ADA, crm=(theirs.id,)), by="crm") == {}

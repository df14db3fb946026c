"""The audit ledger: what was written stays, and any other chain is told from it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from contactflow.kernel import new_id
from contactflow.persistence import Work, Works
from contactflow.privacy.audit.facts import FactsError
from contactflow.privacy.audit.model import Said
from contactflow.privacy.audit.repository import ENTRIES, record
from contactflow.privacy.audit.verifying import Chain, verify
from contactflow.privacy.settings import PrivacySettings
from contactflow.runtime import Platform
from contactflow.testing.clock import NOON
from contactflow.testing.database import Engines
from services.privacy.tests.audit.conftest import Record, Tamper

SECOND = select(ENTRIES).where(ENTRIES.c.seq == 2)


async def chain(on: Platform[PrivacySettings], workspace_id: UUID) -> Chain:
    [found] = [one async for one in verify(on.system) if one.workspace_id == workspace_id]
    return found


async def test_a_chain_is_whole_as_it_was_written(
    on: Platform[PrivacySettings], note: Record, workspace_id: UUID
) -> None:
    for number in range(5):
        facts = {"round": number, "code": "email", "deleted": {"messages": 3}, "ids": [new_id()]}
        await note(request_id=new_id(), facts=facts)

    found = await chain(on, workspace_id)

    assert (found.seq, found.fault) == (5, None)
    assert found.hash != bytes(32)


TAMPERED = {
    "an action": "UPDATE audit_entries SET action = 'request.lost' WHERE seq = 3 AND MINE",
    "an actor": "UPDATE audit_entries SET actor = 'public' WHERE seq = 3 AND MINE",
    "a time": "UPDATE audit_entries SET at = at + interval '1 us' WHERE seq = 3 AND MINE",
    "a fact": "UPDATE audit_entries SET facts = '{\"round\": 9}' WHERE seq = 3 AND MINE",
    "a fact that is none": "UPDATE audit_entries SET facts = '{\"n\": 1e300}'"
    " WHERE seq = 3 AND MINE",
    "a request": "UPDATE audit_entries SET request_id = NULL WHERE seq = 3 AND MINE",
    "a hash": "UPDATE audit_entries SET hash = sha256(hash) WHERE seq = 3 AND MINE",
    "the chaining": "UPDATE audit_entries SET previous = sha256(hash) WHERE seq = 3 AND MINE",
    "one removed, the rest moved up": "DELETE FROM audit_entries WHERE seq = 3 AND MINE;"
    "UPDATE audit_entries SET seq = seq - 1 WHERE seq > 3 AND MINE",
    "two swapped": "UPDATE audit_entries SET seq = 9 WHERE seq = 3 AND MINE;"
    "UPDATE audit_entries SET seq = 3 WHERE seq = 4 AND MINE;"
    "UPDATE audit_entries SET seq = 4 WHERE seq = 9 AND MINE",
    "one of another workspace": "UPDATE audit_entries SET workspace_id = gen_random_uuid()"
    " WHERE seq = 3 AND MINE",
    "one put in": "UPDATE audit_entries SET seq = 6 WHERE seq = 5 AND MINE;"
    "UPDATE audit_entries SET seq = 5 WHERE seq = 4 AND MINE;"
    "UPDATE audit_entries SET seq = 4 WHERE seq = 3 AND MINE;"
    "INSERT INTO audit_entries SELECT 3, at, actor, action, request_id, facts, previous, hash,"
    " workspace_id, gen_random_uuid() FROM audit_entries WHERE seq = 2 AND MINE",
}


@pytest.mark.parametrize("how", TAMPERED)
async def test_what_was_tampered_with_is_named(
    on: Platform[PrivacySettings], note: Record, tamper: Tamper, workspace_id: UUID, how: str
) -> None:
    for number in range(5):
        await note(request_id=new_id(), facts={"round": number})
    before = await chain(on, workspace_id)

    await tamper(TAMPERED[how])

    found = await chain(on, workspace_id)
    assert not before.fault
    assert (found.seq, found.fault is None) == (3, False)


async def test_one_that_is_missing_is_named(
    on: Platform[PrivacySettings], note: Record, tamper: Tamper, workspace_id: UUID
) -> None:
    for _ in range(3):
        await note()

    await tamper("DELETE FROM audit_entries WHERE seq = 1 AND MINE")

    found = await chain(on, workspace_id)
    assert (found.seq, found.fault) == (1, "missing")


async def test_a_forged_entry_with_a_hash_of_its_own_breaks_the_next(
    on: Platform[PrivacySettings], note: Record, tamper: Tamper, works: Works, workspace_id: UUID
) -> None:
    """Whoever knows the form can make an entry look right, but not the one after it."""
    for _ in range(3):
        await note()
    second = await works.run(workspace_id, lambda work: work.rows(SECOND))
    row = second.one()._asdict()
    row.pop("hash")

    forged = Said(**row)._replace(action="request.forged")
    await tamper(
        "UPDATE audit_entries SET action = $1, hash = $2 WHERE seq = 2 AND MINE",
        *(forged.action, forged.hash),
    )

    found = await chain(on, workspace_id)
    assert (found.seq, found.fault) == (3, "out of place")


async def test_a_chain_that_was_cut_off_ends_with_another_hash(
    on: Platform[PrivacySettings], note: Record, tamper: Tamper, workspace_id: UUID
) -> None:
    for _ in range(3):
        await note()
    noted = (await chain(on, workspace_id)).hash

    await tamper("DELETE FROM audit_entries WHERE seq = 3 AND MINE")

    found = await chain(on, workspace_id)
    assert found.fault is None
    assert found.hash != noted


async def test_many_at_once_make_one_chain(
    on: Platform[PrivacySettings], note: Record, workspace_id: UUID, other_workspace_id: UUID
) -> None:
    async with asyncio.TaskGroup() as tasks:
        for number in range(30):
            at = NOON + timedelta(seconds=number)
            for workspace in (workspace_id, other_workspace_id):
                tasks.create_task(note(workspace, at=at))

    for workspace in (workspace_id, other_workspace_id):
        found = await chain(on, workspace)
        assert (found.seq, found.fault) == (30, None)


async def test_a_chain_that_is_being_written_holds_up_no_other(
    works: Works, note: Record, workspace_id: UUID, other_workspace_id: UUID
) -> None:
    async with works.begin(workspace_id) as work, asyncio.timeout(4):
        await seen(work)
        await note(other_workspace_id)


async def seen(work: Work, **facts: Any) -> None:
    await record(work, action="request.seen", actor="public", request_id=None, facts=facts, at=NOON)


async def test_what_was_rolled_back_leaves_no_gap(
    on: Platform[PrivacySettings], works: Works, note: Record, workspace_id: UUID
) -> None:
    await note()
    with pytest.raises(RuntimeError):
        await works.run(workspace_id, seen_in_vain)
    await note()

    found = await chain(on, workspace_id)
    assert (found.seq, found.fault) == (2, None)


async def seen_in_vain(work: Work) -> None:
    await seen(work)
    raise RuntimeError


async def test_several_in_one_transaction_follow_each_other(
    on: Platform[PrivacySettings], works: Works, workspace_id: UUID
) -> None:
    async with works.begin(workspace_id) as work:
        for number in range(3):
            await seen(work, round=number)

    found = await chain(on, workspace_id)
    assert (found.seq, found.fault) == (3, None)


@pytest.mark.parametrize("role", ["app", "system", "owner"])
@pytest.mark.parametrize(
    "change",
    ["UPDATE audit_entries SET seq = 7", "DELETE FROM audit_entries", "TRUNCATE audit_entries"],
)
async def test_no_role_of_ours_changes_an_entry(engines: Engines, role: str, change: str) -> None:
    async with getattr(engines, role).connect() as connection:
        with pytest.raises(DBAPIError, match=r"permission denied|is append-only"):
            await connection.execute(text(change))


@pytest.mark.parametrize(
    "facts",
    [
        {"email": "ada@example.com"},
        {"phone": "+33612345678"},
        {"phone": 33612345678},
        {"name": "Ada Byron"},
        {"name": "Ada"},
        {"Ada": 1},
        {"share": 0.5},
        {"rows": -1},
        {"raw": b"x"},
        {"deep": {"list": ["ok", "not ok"]}},
    ],
)
async def test_nothing_personal_gets_in(work: Work, facts: dict[str, Any]) -> None:
    with pytest.raises(FactsError) as refused:
        await seen(work, **facts)

    assert "Ada" not in str(refused.value)

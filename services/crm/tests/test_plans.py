"""Every search and list uses an index, seen as the application's role with its policies on."""

from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.crm.contacts.queries import living, sought
from contactflow.crm.timeline.queries import items
from contactflow.kernel import new_id
from contactflow.persistence import Works
from contactflow.testing.clock import NOON
from contactflow.testing.database import Engines
from contactflow.testing.plans import plan
from contactflow.vault import Email, Identity, Phone, RootKey, Vault
from contactflow.web.paging import Keyset

MANY = 3000


class Crowd(NamedTuple):
    works: Works
    workspace_id: UUID


FILLING = (
    """INSERT INTO subjects (workspace_id, id, kek_id, wrapped_key)
       SELECT :workspace, uuidv7(), 1, '' FROM generate_series(1, :many)""",
    """INSERT INTO contacts (workspace_id, id, subject_id, version, created_at, updated_at)
       SELECT workspace_id, uuidv7(), id, 1, now(), now() FROM subjects""",
    """INSERT INTO subject_identities
       SELECT workspace_id, 'email', 1, uuid_send(uuidv4()), id, false FROM subjects""",
    """INSERT INTO contact_tokens (workspace_id, token, contact_id, subject_id)
       SELECT workspace_id, uuid_send(uuidv4()), id, subject_id FROM contacts, generate_series(1, 5)
       WHERE workspace_id = :workspace""",
    """INSERT INTO timeline_items (workspace_id, id, subject_id, contact_id, channel, occurred_at,
                                   message_count, outcome_version)
       SELECT workspace_id, uuidv7(), subject_id, id, 'web', now(), 1, 0 FROM contacts""",
)


@pytest.fixture(scope="module")
async def crowd(engines: Engines) -> Crowd:
    """A workspace with so many contacts that a scan of them all is the dearer way."""
    vault, workspace_id = Vault(RootKey(bytes(32)), {1: b"index"}), new_id()
    works = Works(engines.app, prepare=vault.unlock)
    await works.run(workspace_id, vault.create_key)
    for statement in FILLING:  # one by one: a transaction may take 5 s
        values = {"workspace": workspace_id, "many": MANY}
        async with works.begin(workspace_id) as work:
            await work.rows(text(statement), values if ":workspace" in statement else {})
    async with engines.owner.execution_options(isolation_level="AUTOCOMMIT").connect() as owner:
        await owner.exec_driver_sql("ANALYZE")
    return Crowd(works, workspace_id)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ("lov", "pk_contact_tokens"),
        ("ada lov", "pk_contact_tokens"),
        (Email("ada@example.com"), "subject_identities"),
        (Phone("+33612345678"), "subject_identities"),
    ],
)
async def test_a_search_reads_no_table_whole(
    crowd: Crowd, wanted: Identity | str, index: str
) -> None:
    async with crowd.works.begin(crowd.workspace_id) as work:
        seen = await plan(work, sought(work, wanted))

    assert "Seq Scan" not in seen, seen
    assert index in seen


async def test_a_list_reads_no_table_whole(crowd: Crowd) -> None:
    async with crowd.works.begin(crowd.workspace_id) as work:
        seen = await plan(work, Keyset().of(living()))
        since = await plan(work, Keyset(created_after=NOON).of(living()))

    assert "Seq Scan" not in seen + since, seen + since


async def test_a_timeline_reads_no_table_whole(crowd: Crowd) -> None:
    async with crowd.works.begin(crowd.workspace_id) as work:
        seen = await plan(work, Keyset().of(items(new_id())))

    assert "Seq Scan" not in seen, seen
    assert "ix_timeline_items_contact_id" in seen

"""A database of crm with a million contacts in it, put there by COPY: every row opens."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from contactflow.crm.contacts.model import Contact, Point
from contactflow.crm.contacts.tokens import FIELD
from contactflow.kernel import new_id
from contactflow.runtime import Settings
from contactflow.runtime.platform import platform
from contactflow.vault import Email, keyring
from contactflow.vault.keys import Keyring
from tests.load.contacts.names import FIRST, LAST, beginnings, drawn

BIG: Final = 900_000
SMALL: Final = 5_000
SMALL_ONES: Final = 20
CHUNK: Final = 10_000
TALKERS: Final = 50
ITEMS: Final = 2_000
PROCESSES: Final = 2
EPOCH_MS: Final = 1_700_000_000_000
CONTACT, SUBJECT = 0xC0, 0x50
"""What tells their ids apart; those of the n-th person differ in nothing else."""


class Workspace(NamedTuple):
    """So many contacts; the n-th has the n-th id."""

    id: UUID
    contacts: int


def an_id(kind: int, workspace: int, number: int) -> UUID:
    """A UUIDv7 a millisecond after the one before."""
    tail = kind << 48 | workspace
    return UUID(int=(EPOCH_MS + number) << 80 | 7 << 76 | 2 << 62 | tail)


def workspaces() -> list[Workspace]:
    """A big one, and small ones beside it."""
    return [Workspace(new_id(), BIG), *(Workspace(new_id(), SMALL) for _ in range(SMALL_ONES))]


async def fill(admin_url: str, settings: Settings, filled: Sequence[Workspace]) -> None:
    """All of them, with indexes and statistics as they would be."""
    async with connected(admin_url) as admin:
        indexes = await _without_indexes(admin)
    chunks = list(_chunks(filled))
    run = asyncio.get_running_loop().run_in_executor
    with ProcessPoolExecutor(PROCESSES) as pool:
        copies = (run(pool, partial(_copied, admin_url, settings, one)) for one in chunks)
        await asyncio.gather(*copies)
    async with connected(admin_url) as admin:
        for statement in (*AFTERWARDS, *indexes, "DROP TABLE drawn, words", "VACUUM ANALYZE"):
            await admin.execute(statement)


@asynccontextmanager
async def connected(admin_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Past every policy, and without a look at foreign keys: what is filled in refers to itself."""
    settings = {"session_replication_role": "replica", "maintenance_work_mem": "512MB"}
    admin = await asyncpg.connect(admin_url, server_settings=settings, timeout=60)
    try:
        yield admin
    finally:
        await admin.close()


SECONDARY: Final = """
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made FROM pg_index
    WHERE indrelid::regclass::text IN ('contacts', 'contact_tokens', 'timeline_items', 'subjects',
                                       'subject_identities')
      AND NOT indisprimary"""
TABLES: Final = (
    (
        "CREATE UNLOGGED TABLE drawn (workspace_id uuid, contact_id uuid, subject_id uuid,"
        " number int, name text, email text, first text, last text, shared int)"
    ),
    "CREATE UNLOGGED TABLE words (workspace_id uuid, word text, length int, token bytea)",
    "ALTER TABLE contact_tokens DROP CONSTRAINT pk_contact_tokens",
)
TOKENS: Final = """
    INSERT INTO contact_tokens (workspace_id, token, contact_id, subject_id)
    SELECT d.workspace_id, w.token, d.contact_id, d.subject_id
    FROM drawn d JOIN words w ON w.workspace_id = d.workspace_id AND w.word = d.first
    UNION ALL
    SELECT d.workspace_id, w.token, d.contact_id, d.subject_id
    FROM drawn d JOIN words w ON w.workspace_id = d.workspace_id AND w.word = d.last
    WHERE w.length > d.shared"""
ITEM: Final = """
    INSERT INTO {table} (workspace_id, id, subject_id, contact_id, channel, occurred_at,
                         message_count, outcome_version)
    SELECT workspace_id, uuidv7(make_interval(secs => n - 1000000)), subject_id, contact_id, 'web',
           now() + make_interval(secs => n - 1000000), 1, 0
    FROM drawn, generate_series(1, CASE WHEN number < {talkers} THEN {items} ELSE 1 END) AS n"""
PLAIN: Final = """
    INSERT INTO plain_contacts
    SELECT workspace_id, contact_id, name, email, to_timestamp({epoch} / 1000.0 + number / 1000.0)
    FROM drawn"""
AFTERWARDS: Final = (
    TOKENS,
    (
        "ALTER TABLE contact_tokens ADD CONSTRAINT pk_contact_tokens"
        " PRIMARY KEY (workspace_id, token, contact_id)"
    ),
    ITEM.format(table="timeline_items", talkers=TALKERS, items=ITEMS),
    PLAIN.format(epoch=EPOCH_MS),
    (
        "INSERT INTO plain_items SELECT workspace_id, id, contact_id, channel, occurred_at,"
        " message_count FROM timeline_items"
    ),
)


async def _without_indexes(admin: asyncpg.Connection) -> list[str]:
    """What makes the secondary indexes again: to sort once is quicker than to insert in order."""
    found = [(one["name"], one["made"]) for one in await admin.fetch(SECONDARY)]
    for name, _ in found:
        await admin.execute(f"DROP INDEX {name}")
    for statement in TABLES:
        await admin.execute(statement)
    return [made for _, made in found]


Chunk = tuple[Workspace, int, range]


def _chunks(filled: Sequence[Workspace]) -> Iterator[Chunk]:
    for number, one in enumerate(filled):
        for first in range(0, one.contacts, CHUNK):
            yield one, number, range(first, min(first + CHUNK, one.contacts))


def _copied(admin_url: str, settings: Settings, chunk: Chunk) -> None:
    asyncio.run(_copy(admin_url, settings, chunk))


async def _copy(admin_url: str, settings: Settings, chunk: Chunk) -> None:
    workspace, _, numbers = chunk
    async with platform("crm", settings) as on, on.works.begin(workspace.id) as work:
        ring = keyring(work.session.info)
    rows = [_person(ring, chunk, number) for number in numbers]
    async with connected(admin_url) as admin:
        for (table, columns), records in zip(COLUMNS.items(), zip(*rows, strict=True), strict=True):
            await admin.copy_records_to_table(table, columns=columns.split(), records=records)
        if not numbers.start:
            await admin.copy_records_to_table("words", records=_words(ring))


COLUMNS: Final = {
    "subjects": "workspace_id id kek_id wrapped_key",
    "contacts": "workspace_id id subject_id version created_at updated_at name emails",
    "subject_identities": "workspace_id kind index_version blind_index subject_id claimed",
    "drawn": "workspace_id contact_id subject_id number name email first last shared",
}


def _person(ring: Keyring, chunk: Chunk, number: int) -> tuple[tuple[Any, ...], ...]:
    """Their rows, in the order of the tables above."""
    whose, who = ring.workspace_id, drawn(number)
    contact, subject = an_id(CONTACT, chunk[1], number), an_id(SUBJECT, chunk[1], number)
    kek_id, wrapped, key = ring.new_key(subject)
    sealed = Contact.sealed_fields
    name = sealed["name"].seal(key, whose, contact, who.name)
    emails = sealed["emails"].seal(key, whose, contact, (Point(who.email),))
    [index] = ring.indexer.indexes([Email(who.email)])
    at = datetime.fromtimestamp((EPOCH_MS + number) / 1000, UTC)
    return (
        (whose, subject, kek_id, wrapped),
        (whose, contact, subject, 1, at, at, name, emails),
        (whose, "email", index.version, index.digest, subject, False),
        (whose, contact, subject, number, who.name, who.email, who.first, who.last, who.shared),
    )


def _words(ring: Keyring) -> Iterator[tuple[UUID, str, int, bytes]]:
    for word in (*FIRST, *LAST):
        known = list(beginnings(word))
        for beginning, token in zip(known, ring.indexer.words(FIELD, known), strict=True):
            yield ring.workspace_id, word, len(beginning), token

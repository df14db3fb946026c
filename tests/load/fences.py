"""What the fences cost an ordinary insert: the same statements with and without them, in turns."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from secrets import token_bytes
from statistics import median
from typing import NamedTuple
from uuid import UUID

import asyncpg

from contactflow.kernel import new_id

Insert = Callable[[asyncpg.Connection, UUID, UUID], Awaitable[None]]
ROUNDS, SECONDS, WRITERS = 7, 1.0, 4

UNFENCED = (
    "CREATE TABLE bare_subjects (LIKE subjects INCLUDING ALL)",
    "CREATE TABLE bare_identities (LIKE subject_identities INCLUDING ALL)",
    "CREATE TABLE bare_messages (LIKE messages INCLUDING ALL)",
    """ALTER TABLE bare_messages ADD FOREIGN KEY (workspace_id, conversation_id)
       REFERENCES conversations (workspace_id, id) ON DELETE CASCADE""",
)
SAYING = """
    INSERT INTO {messages} (workspace_id, id, subject_id, conversation_id, seq, author, kind,
                            created_at, text)
    VALUES ($1, uuidv7(), $2, $2, nextval('places'), 'visitor', 'text', now(), $3)"""
HELD = "SELECT kek_id, wrapped_key FROM subjects WHERE workspace_id = $1 AND id = $2 {lock}"
KNOWN = """
    SELECT s.id FROM {subjects} s JOIN {identities} i ON i.workspace_id = s.workspace_id
        AND i.subject_id = s.id
    WHERE i.workspace_id = $1 AND i.blind_index = $2 AND NOT i.claimed"""
LOCK = "SELECT pg_advisory_xact_lock($1)"
FENCED = (
    "SELECT max(fenced_at) FROM erasure_fences WHERE workspace_id = $1 AND suppression_hash = $2"
)
BORN = """
    INSERT INTO {subjects} (workspace_id, id, kek_id, wrapped_key) VALUES ($1, $2, 1, $3)"""
NAMED = """INSERT INTO {identities} VALUES ($1, 'email', 1, $3, $2, false)"""
SEALED = bytes(93)


class Cost(NamedTuple):
    """Inserts per second with and without the fences; the medians of the rounds."""

    fenced: float
    bare: float

    @property
    def percent(self) -> float:
        """How much longer one takes with them."""
        return (self.bare / self.fenced - 1) * 100


async def message(database: asyncpg.Connection, workspace: UUID, subject: UUID) -> None:
    """About somebody known: their row is held, the foreign key looks at it again."""
    async with database.transaction():
        await database.fetchrow(HELD.format(lock="FOR KEY SHARE"), workspace, subject)
        await database.execute(SAYING.format(messages="messages"), workspace, subject, SEALED)


async def bare_message(database: asyncpg.Connection, workspace: UUID, subject: UUID) -> None:
    async with database.transaction():
        await database.fetchrow(HELD.format(lock=""), workspace, subject)
        await database.execute(SAYING.format(messages="bare_messages"), workspace, subject, SEALED)


async def newcomer(database: asyncpg.Connection, workspace: UUID, _: UUID) -> None:
    """Somebody new: look, lock, look again, look for a fence, then write."""
    digest, subject = token_bytes(16), new_id()
    known = KNOWN.format(subjects="subjects", identities="subject_identities")
    async with database.transaction():
        await database.fetch(f"{known} FOR KEY SHARE OF s", workspace, digest)
        await database.execute(LOCK, int.from_bytes(digest[:8], signed=True))
        await database.fetch(f"{known} FOR KEY SHARE OF s", workspace, digest)
        await database.fetchval(FENCED, workspace, digest)
        await database.execute(BORN.format(subjects="subjects"), workspace, subject, SEALED)
        said = NAMED.format(identities="subject_identities")
        await database.execute(said, workspace, subject, digest)


async def bare_newcomer(database: asyncpg.Connection, workspace: UUID, _: UUID) -> None:
    digest, subject = token_bytes(16), new_id()
    known = KNOWN.format(subjects="bare_subjects", identities="bare_identities")
    async with database.transaction():
        await database.fetch(known, workspace, digest)
        await database.execute(BORN.format(subjects="bare_subjects"), workspace, subject, SEALED)
        said = NAMED.format(identities="bare_identities")
        await database.execute(said, workspace, subject, digest)


async def measure(admin_url: str, workspace: UUID) -> dict[str, Cost]:
    """Both kinds of insert. The database is chat's, with people in it."""
    async with _prepared(admin_url, workspace) as (writers, subjects):
        return {
            "a message of somebody known": await _cost(
                writers, workspace, subjects, (message, bare_message)
            ),
            "somebody new": await _cost(writers, workspace, subjects, (newcomer, bare_newcomer)),
        }


async def _cost(
    writers: list[asyncpg.Connection],
    workspace: UUID,
    subjects: list[UUID],
    ways: tuple[Insert, Insert],
) -> Cost:
    rates: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for way, kept in zip(ways, rates, strict=True):
            kept.append(await _rate(writers, workspace, subjects, way))
    return Cost(*(median(kept[1:]) for kept in rates))


async def _rate(
    writers: list[asyncpg.Connection], workspace: UUID, subjects: list[UUID], way: Insert
) -> float:
    """Inserts per second, all writers together."""
    end = time.perf_counter() + SECONDS

    async def write(database: asyncpg.Connection, mine: list[UUID]) -> int:
        count = 0
        while time.perf_counter() < end:
            await way(database, workspace, mine[count % len(mine)])
            count += 1
        return count

    shares = [subjects[number :: len(writers)] for number in range(len(writers))]
    counts = await asyncio.gather(*map(write, writers, shares))
    return sum(counts) / SECONDS


@asynccontextmanager
async def _prepared(
    admin_url: str, workspace: UUID
) -> AsyncIterator[tuple[list[asyncpg.Connection], list[UUID]]]:
    """Writers, whom they write about, and tables like ours without a fence."""
    database = await asyncpg.connect(admin_url)
    for statement in ("CREATE SEQUENCE places START 100000", *UNFENCED):
        await database.execute(statement)
    found = await database.fetch(
        """SELECT s.id FROM subjects s JOIN conversations c USING (workspace_id, id)
           WHERE workspace_id = $1 LIMIT 2000""",
        workspace,
    )
    writers = [await asyncpg.connect(admin_url) for _ in range(WRITERS)]
    try:
        yield writers, [row["id"] for row in found]
    finally:
        for one in [*writers, database]:
            await one.close()

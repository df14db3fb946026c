"""How many rows a second the eraser itself deletes: its transaction, with locks and fences."""

import time
from collections.abc import Mapping
from functools import partial
from statistics import median
from typing import Final
from uuid import UUID

from sqlalchemy import text

from contactflow.persistence import Work
from contactflow.testing.postgres import Postgres
from contactflow.testing.rounds import erased
from contactflow.vault import Subjects
from tests.load.erasure.fences import House, a_house, opened

SIZES: Final = (100, 2_000, 10_000)
RUNS: Final = 5
TALK: Final = text("""
    INSERT INTO messages (workspace_id, id, subject_id, conversation_id, seq, author, kind,
                          created_at, text)
    SELECT workspace_id, uuidv7(), subject_id, conversation_id, 1000 + seq, 'visitor', 'text',
           now(), uuid_send(uuidv4())
    FROM participants, generate_series(1, CAST(:rows AS int)) AS seq WHERE conversation_id = :one
    RETURNING subject_id""")


async def measure(postgres: Postgres) -> Mapping[int, float]:
    """Rows a second, by the size of the person; the medians."""
    async with a_house(postgres, Subjects) as house:
        return {rows: median([await _rate(house, rows) for _ in range(RUNS)]) for rows in SIZES}


async def _rate(house: House, rows: int) -> float:
    conversation_id = await opened(house)
    subject_id = await house.works.run(
        house.workspace_id, partial(_talk, conversation_id=conversation_id, rows=rows)
    )
    subjects = frozenset({subject_id})
    begun = time.perf_counter()
    await house.works.run(
        house.workspace_id, lambda work: erased(work, by="chat", subjects=subjects)
    )
    return rows / (time.perf_counter() - begun)


async def _talk(work: Work, *, conversation_id: UUID, rows: int) -> UUID:
    """Whoever takes part has said so much more."""
    found = await work.rows(TALK, {"rows": rows, "one": conversation_id})
    return UUID(str(found.scalars().first()))

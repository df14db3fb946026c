"""The floor: what one plain SQL cascade takes for the same rows, with no fence and no proof."""

import time
from uuid import UUID

import asyncpg

ANYBODY = "SELECT conversation_id FROM participants WHERE subject_id = conversation_id LIMIT 1"
OF = "SELECT workspace_id, subject_id FROM participants WHERE conversation_id = $1"
CASCADE = "DELETE FROM subjects WHERE workspace_id = $1 AND id = $2"


async def anybody(admin_url: str) -> UUID:
    """The conversation of somebody of the crowd."""
    database = await asyncpg.connect(admin_url)
    try:
        return UUID(str(await database.fetchval(ANYBODY)))
    finally:
        await database.close()


async def cascade(admin_url: str, conversation_id: UUID) -> float:
    """Delete the visitor of this conversation by the foreign keys alone; in seconds."""
    database = await asyncpg.connect(admin_url)
    try:
        whose = await database.fetchrow(OF, conversation_id)
        if whose is None:
            raise LookupError(conversation_id)
        begun = time.perf_counter()
        await database.execute(CASCADE, *whose)
        return time.perf_counter() - begun
    finally:
        await database.close()

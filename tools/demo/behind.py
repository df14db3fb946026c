"""What lies behind the API: the row in PostgreSQL, the records in Kafka."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from contactflow.messaging.deadletters import whole
from contactflow.messaging.envelope import Record

CONTACT = "SELECT name, emails, language, version FROM contacts WHERE id = $1"
MESSAGES = "SELECT count(*) AS count FROM messages WHERE conversation_id = $1 AND author = $2"
CALLER = "SELECT subject_id FROM calls WHERE id = $1"


def contact_row(stack: dict[str, Any], contact_id: UUID) -> Mapping[str, Any]:
    """The contact as the disk has it."""
    return asyncio.run(_row(stack["postgres"]["urls"]["crm"], CONTACT, contact_id))


def stored_messages(stack: dict[str, Any], conversation_id: UUID, author: str) -> int:
    """How many messages of that side the table holds."""
    url = stack["postgres"]["urls"]["chat"]
    return int(asyncio.run(_row(url, MESSAGES, conversation_id, author))["count"])


def caller_of(stack: dict[str, Any], call_id: UUID) -> UUID:
    """As whom voice knows whoever called."""
    return UUID(
        str(asyncio.run(_row(stack["postgres"]["urls"]["voice"], CALLER, call_id))["subject_id"])
    )


def records(stack: dict[str, Any], topic: str, key: UUID) -> list[Record]:
    """What Kafka has about one aggregate, oldest first."""
    return asyncio.run(_records(stack["kafka"]["bootstrap_servers"], topic, str(key).encode()))


def raw(record: Record) -> bytes:
    """Every byte of a record that a consumer sees."""
    headers = (value for _, value in record.headers)
    return b"\n".join([record.key or b"", record.value or b"", *headers])


async def _row(url: str, query: str, *values: object) -> Mapping[str, Any]:
    database = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        row = await database.fetchrow(query, *values)
    finally:
        await database.close()
    return dict(row or {})


async def _records(bootstrap: str, topic: str, key: bytes) -> list[Record]:
    return [one async for one in whole(bootstrap, topic) if one.key == key]

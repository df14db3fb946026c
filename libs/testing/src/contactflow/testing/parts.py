"""Parts of a worker that run for as long as a test needs them, and what they hear."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

from contactflow.events import Fact
from contactflow.messaging import Kafka, Part
from contactflow.messaging.envelope import headers


@asynccontextmanager
async def running(*parts: Part) -> AsyncIterator[None]:
    """Until the end of the block; then they finish what they do."""
    async with asyncio.TaskGroup() as tasks:
        for part in parts:
            tasks.create_task(part.run())
        try:
            yield
        finally:
            for part in parts:
                part.stop()


async def publish(kafka: Kafka, topic: str, *facts: Fact[Any], source: str) -> None:
    """Have these facts on a topic as the relay of that service puts them there, in their order."""
    for fact in facts:
        row = SimpleNamespace(
            id=fact.id,
            workspace_id=fact.workspace_id,
            key=fact.aggregate_id,
            type=fact.body.type,
            aggregate_version=fact.aggregate_version,
            occurred_at=fact.occurred_at,
            causation_id=None,
            traceparent=fact.traceparent,
        )
        body = fact.body.model_dump_json().encode()
        key = str(fact.aggregate_id).encode()
        await kafka.send_and_wait(topic, value=body, key=key, headers=headers(row, source))

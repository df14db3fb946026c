"""The obvious alternatives: a poller on `id > last`, and a consumer that commits each message."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from contactflow.kernel import new_id
from contactflow.messaging.envelope import headers
from contactflow.persistence import Work, Works
from libs.messaging.tests.effects import Effect

POLL_S: Final = 0.05
WINDOW: Final = 1000
CURSOR: Final = "CREATE TABLE IF NOT EXISTS naive_cursor AS SELECT 0::bigint AS position"
NEXT: Final = text("""
    SELECT workspace_id, id, topic, key, type, aggregate_version, occurred_at, causation_id,
           traceparent, body::text AS body, position
    FROM outbox WHERE position > :position ORDER BY position LIMIT :window""")
ADVANCE: Final = text("UPDATE naive_cursor SET position = :position")
ENTER: Final = text("""
    INSERT INTO inbox (workspace_id, consumer, event_id) VALUES (:workspace, 'naive', :event)
    ON CONFLICT DO NOTHING RETURNING event_id""")
Told = Callable[[Sequence[Row[Any]]], None]


class Poller:
    """Sends what has a higher number than the last it sent, then notes that number."""

    def __init__(self, system: AsyncEngine, producer: AIOKafkaProducer, told: Told) -> None:
        self._system = system.execution_options(isolation_level="AUTOCOMMIT")
        self._producer, self._told = producer, told
        self._stopping = False
        self.sent = 0

    def stop(self) -> None:
        """Finish what is on its way."""
        self._stopping = True

    async def run(self) -> None:
        """Until told to stop."""
        position = 0
        async with self._system.connect() as connection:
            while not self._stopping:
                place = {"position": position, "window": WINDOW}
                rows = (await connection.execute(NEXT, place)).all()
                if not rows:
                    await asyncio.sleep(POLL_S)
                    continue
                await asyncio.gather(*[await self._send(row) for row in rows])
                self._told(rows)
                position = rows[-1].position
                await connection.execute(ADVANCE, {"position": position})
                self.sent += len(rows)

    async def _send(self, row: Row[Any]) -> asyncio.Future[Any]:
        sending: asyncio.Future[Any] = await self._producer.send(
            row.topic,
            key=str(row.key).encode(),
            value=row.body.encode(),
            headers=headers(row, "ticking"),
        )
        return sending


async def consume(kafka: AIOKafkaConsumer, works: Works, count: int) -> None:
    """Each message is one transaction, and one commit of its offset."""
    async for record in kafka:
        said = {name: value.decode() for name, value in record.headers}
        async with works.begin(UUID(said["ce_workspaceid"])) as work:
            await _apply(work, said)
        await kafka.commit()
        count -= 1
        if not count:
            return


async def _apply(work: Work, said: dict[str, str]) -> None:
    values = {"workspace": work.workspace_id, "event": UUID(said["ce_id"])}
    if (await work.rows(ENTER, values)).first():
        work.session.add(
            Effect(
                workspace_id=work.workspace_id,
                id=new_id(),
                key=UUID(said["ce_subject"]),
                version=int(said["ce_aggregateversion"]),
            )
        )

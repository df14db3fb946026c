"""A relay's outbox from beside it, and somewhere to send to that is not Kafka."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from aiokafka.errors import KafkaError
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from contactflow.messaging import Relay
from contactflow.messaging.outbox import Outbox
from contactflow.messaging.sending import Answers
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests.ledger import Seen


class Sent:
    """Takes every row, or fails at the n-th as if Kafka had refused it."""

    def __init__(self, refuses: int | None = None) -> None:
        self.rows: list[Row[Any]] = []
        self._refuses = refuses

    @property
    def seen(self) -> list[Seen]:
        """In the order in which they came."""
        return [(row.key, row.aggregate_version) for row in self.rows]

    async def send(self, rows: Sequence[Row[Any]]) -> Answers:
        self.rows += rows
        return [KafkaError() if n == self._refuses else None for n in range(len(rows))]


async def drained(stores: Engines) -> None:
    async with opened(stores) as outbox, running(Relay(stores.system, Sent())):
        await until(lambda: is_empty(outbox))


async def is_empty(outbox: Outbox) -> bool:
    await outbox.opened()
    return not await outbox.next(1)


@asynccontextmanager
async def autocommit(stores: Engines) -> AsyncIterator[AsyncConnection]:
    engine = stores.system.execution_options(isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        yield connection


@asynccontextmanager
async def opened(stores: Engines) -> AsyncIterator[Outbox]:
    async with autocommit(stores) as connection:
        yield await Outbox(connection).opened()


async def relayed(broker: Broker, topic: str, workspace_id: UUID) -> list[Seen]:
    """What Kafka has of a workspace, in Kafka's order within each partition."""
    seen = []
    for record in await broker.records(topic):
        said = {name: value.decode() for name, value in record.headers}
        if said["ce_workspaceid"] == str(workspace_id):
            seen.append((UUID(said["ce_subject"]), int(said["ce_aggregateversion"])))
    return seen

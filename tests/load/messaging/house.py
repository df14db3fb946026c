"""A database with an outbox, and a Kafka; an outbox that begins empty each time."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from contactflow.messaging import Kafka
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.kafka import Broker
from contactflow.testing.plugin import a_broker, a_postgres
from contactflow.testing.postgres import PostgresServer
from contactflow.testing.settings import home
from libs.messaging.tests import effects  # noqa: F401  it registers its table
from libs.messaging.tests.ledger import Seen
from tests.load.messaging import naive
from tests.load.messaging.counters import TOPIC
from tools.stack.settings import ROOT

EMPTY = "TRUNCATE outbox, relay_cursor, inbox, effects"
TIMED = "ALTER SYSTEM SET track_commit_timestamp = on"
COMMITTED = """
    SELECT key, aggregate_version, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 AS at
    FROM outbox WHERE workspace_id = $1"""


@dataclass(frozen=True, slots=True)
class House:
    """`admin` is past every policy, to fill and to look."""

    stores: Engines
    broker: Broker
    kafka: Kafka
    admin: asyncpg.Connection

    async def empty(self) -> None:
        """Nothing waits, and both cursors begin anew."""
        await self.admin.execute(EMPTY)
        await self.admin.execute("UPDATE naive_cursor SET position = 0")

    async def committed(self, workspace_id: UUID) -> dict[Seen, float]:
        """Every event that a workspace has recorded, and when it was committed: by PostgreSQL.

        Its clock is ours; a writer would be told later, and much later on a busy machine.
        """
        rows = await self.admin.fetch(COMMITTED, workspace_id)
        return {(one["key"], one["aggregate_version"]): one["at"] for one in rows}

    async def arrived(self, workspaces: Iterable[UUID]) -> dict[UUID, list[Seen]]:
        """What Kafka has, by workspace, in the order of each partition."""
        seen: dict[UUID, list[Seen]] = {one: [] for one in workspaces}
        for record in await self.broker.records(TOPIC.name):
            said = {name: value.decode() for name, value in record.headers}
            whose = seen.get(UUID(said["ce_workspaceid"]))
            if whose is not None:
                whose.append((UUID(said["ce_subject"]), int(said["ce_aggregateversion"])))
        return seen


@asynccontextmanager
async def a_house() -> AsyncIterator[House]:
    """Started for this, gone at the end."""
    with a_postgres() as postgres, a_broker(home(ROOT)) as broker:
        await _with_times(postgres)
        async with fresh_database(postgres, "ticking", pool_size=20) as stores:
            admin = await asyncpg.connect(postgres.admin_url(stores.app.url.database or ""))
            kafka = Kafka(broker.bootstrap)
            await broker.topic(TOPIC)
            await admin.execute(naive.CURSOR)
            await admin.execute("GRANT ALL ON naive_cursor TO ticking_system")
            try:
                yield House(stores, broker, kafka, admin)
            finally:
                await kafka.close()
                await admin.close()


async def _with_times(postgres: PostgresServer) -> None:
    """Have it remember when each transaction was committed."""
    admin = await asyncpg.connect(postgres.admin_url())
    await admin.execute(TIMED)
    await admin.close()
    postgres.stop()
    postgres.start()

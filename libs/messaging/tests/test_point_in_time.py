"""A database that is put back to a point in time: what waited then is sent, and nothing else."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from contactflow.kernel import new_id
from contactflow.messaging import Relay
from contactflow.persistence import Works, open_engine
from contactflow.testing.database import PASSWORDS, Engines, fresh_database
from contactflow.testing.parts import running
from contactflow.testing.plugin import PASSWORD, a_postgres
from contactflow.testing.ports import free_port
from contactflow.testing.postgres import PostgresServer
from contactflow.testing.provision import provision
from contactflow.testing.waiting import until
from libs.messaging.tests import ledger
from libs.messaging.tests.ledger import Seen, lost, reordered, writer
from libs.messaging.tests.sent import Sent, is_empty, opened

POINT = "noon"
WRITERS = 4


@pytest.fixture
def lost_cluster() -> Iterator[PostgresServer]:
    with a_postgres(durable=True) as server:
        yield server


@pytest.fixture
def copy() -> Iterator[PostgresServer]:
    """Not made yet."""
    with tempfile.TemporaryDirectory(prefix="contactflow-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = PostgresServer(Path(folder) / "pg", free_port(), PASSWORD)
        yield server
        server.stop()


async def test_what_waited_at_that_time_is_sent_and_what_follows_comes_in_its_order(
    lost_cluster: PostgresServer, copy: PostgresServer
) -> None:
    workspace_id, before, after = new_id(), Sent(), Sent()
    async with fresh_database(lost_cluster, "ticking", pool_size=20) as stores:
        works = Works(stores.app)
        keys = [await works.run(workspace_id, ledger.create) for _ in range(5)]
        async with running(Relay(stores.system, before)):
            wrote = await written(works, workspace_id, keys, copying=(lost_cluster, copy))
            await emptied(stores)
        waiting = await written(works, workspace_id, keys)
        await mark(lost_cluster)
        forgotten = await written(works, workspace_id, keys)
        database = str(stores.app.url.database)
    lost_cluster.stop()

    copy.recover(lost_cluster, POINT)
    async with connected(copy, database) as restored, running(Relay(restored.system, after)):
        new = await written(Works(restored.app), workspace_id, keys)
        await emptied(restored)

    sent, sent_again = before.seen, after.seen
    assert lost([*wrote, *waiting, *new], [*sent, *sent_again]) == set()
    assert reordered([*sent, *sent_again]) == []
    assert {*sent} & {*sent_again} == set()
    assert len(sent_again) == len(waiting) + len(new)
    assert len(forgotten) > 1


async def written(
    works: Works,
    workspace_id: UUID,
    keys: list[UUID],
    *,
    copying: tuple[PostgresServer, PostgresServer] | None = None,
) -> list[Seen]:
    """What several writers do within half a second, while the cluster is copied."""
    until_then = asyncio.get_running_loop().time() + 0.5
    async with asyncio.TaskGroup() as tasks:
        wrote = [
            tasks.create_task(writer(works, workspace_id, keys, until_then)) for _ in range(WRITERS)
        ]
        if copying:
            await asyncio.to_thread(copying[0].copy_to, copying[1])
    return [one for task in wrote for one in task.result()]


async def emptied(stores: Engines) -> None:
    """The relay has sent what there was."""
    async with opened(stores) as outbox:
        await until(lambda: is_empty(outbox))


async def mark(cluster: PostgresServer) -> None:
    """This is the moment to return to."""
    admin = await asyncpg.connect(cluster.admin_url())
    await admin.execute("SELECT pg_create_restore_point($1)", POINT)
    await admin.close()


@asynccontextmanager
async def connected(cluster: PostgresServer, database: str) -> AsyncIterator[Engines]:
    """To a database that is there."""
    urls = await provision(cluster.admin_url(), "ticking", PASSWORDS, database)
    owner, app, system = (open_engine(url, pool_size=20) for url in urls)
    yield Engines(app, system, owner, urls)
    for engine in (owner, app, system):
        await engine.dispose()

"""How processes begin, work, lose what they need, find it again, and end."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from contactflow.kernel import new_id
from contactflow.messaging.envelope import headers
from contactflow.persistence.migrations import migrate
from contactflow.testing.clock import NOON
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker, OwnBroker
from contactflow.testing.ports import free_port
from contactflow.testing.postgres import PostgresServer
from contactflow.testing.waiting import until
from libs.runtime.tests.conftest import SCRIPTS, Env, environment
from libs.runtime.tests.processes import ready, ticking
from libs.runtime.tests.ticking.model import BEGINNING, POISONED, TICKS, Ticked

NOTED = text("SELECT ticker_id FROM noted")


async def tick(client: httpx.AsyncClient, workspace_id: UUID, **asked: Any) -> UUID:
    answer = await client.post(f"/workspaces/{workspace_id}/ticks", params={"total": 1, **asked})
    assert answer.status_code == 200
    return UUID(answer.json())


async def noted(engines: Engines) -> list[UUID]:
    async with engines.owner.connect() as connection:
        await connection.exec_driver_sql("ALTER TABLE noted NO FORCE ROW LEVEL SECURITY")
        return list((await connection.execute(NOTED)).scalars())


async def notes(engines: Engines, count: int) -> None:
    async def asked() -> bool:
        return len(await noted(engines)) == count

    await until(asked, longest=40)


async def test_a_request_becomes_an_event_becomes_an_effect_in_processes_of_their_own(
    env: Env, engines: Engines, workspace_id: UUID, tmp_path: Path
) -> None:
    async with (
        ticking("api", env=env, log=tmp_path / "api") as api,
        ticking("worker", env=env, log=tmp_path / "worker") as worker,
    ):
        async with await api.client() as client, await worker.client() as probe:
            await ready(client)
            await ready(probe)
            ticker = await tick(client, workspace_id)
            await notes(engines, 1)
            checks = (await probe.get("/readyz?verbose")).json()["checks"]
            assert (await probe.get("/workspaces")).status_code == 404

        assert await noted(engines) == [ticker]
        assert checks == dict.fromkeys(("database", "migrations", "erasures", "kafka"), "ok")
        assert await api.stop() == 0
        assert await worker.stop() == 0


async def caught_up(client: httpx.AsyncClient) -> bool:
    """Whether it serves: who was erased is erased here, too."""
    answer = await client.get("/readyz?verbose")
    return bool(answer.json()["checks"]["erasures"] == "ok")


async def test_a_process_that_starts_before_everything_serves_waits_and_works_in_the_end(
    secrets: Env, empty: Engines, own_broker: OwnBroker, workspace_id: UUID, tmp_path: Path
) -> None:
    await own_broker.stop()
    env = environment(secrets, empty, own_broker.bootstrap)
    async with ticking("all", env=env, log=tmp_path / "all") as both:
        async with await both.client() as client:
            assert (await client.get("/livez")).status_code == 200
            measured = await both.metrics()
            waiting = await client.get("/readyz?verbose")
            early = await client.post(f"/workspaces/{workspace_id}/ticks")
            await migrate(empty.urls.owner, SCRIPTS)
            await until(lambda: caught_up(client), longest=30)
            ticker = await tick(client, workspace_id)  # without Kafka
            await until(lambda: both.events().count("consumer.kafka_lost") == 1, longest=30)
            await own_broker.start()
            await own_broker.topic(TICKS)
            await notes(empty, 1)
            await ready(client)

        assert both.events().count("consumer.kafka_lost") == 1
        assert 'db_client_connection_max{db_client_connection_pool_name="system"} 6.0' in measured
        assert waiting.status_code == early.status_code == 503
        checks = waiting.json()["checks"]
        away = dict.fromkeys(("migrations", "erasures", "kafka"), "failed")
        assert checks == {"database": "ok"} | away
        assert await noted(empty) == [ticker]
        assert await both.stop() == 0


async def test_a_worker_takes_no_event_for_poison_because_its_tables_are_not_there_yet(
    secrets: Env, empty: Engines, broker: Broker, workspace_id: UUID, tmp_path: Path
) -> None:
    await broker.topic(TICKS)
    env = environment(secrets, empty, broker.bootstrap)
    async with ticking("worker", env=env, log=tmp_path / "worker") as worker:
        await until(lambda: "part.waits" in worker.events(), longest=40)
        ticker = await publish(broker, workspace_id)
        await asyncio.sleep(1)
        await migrate(empty.urls.owner, SCRIPTS)
        await notes(empty, 1)
        assert "record.buried" not in worker.events()

    assert await noted(empty) == [ticker]


@pytest.fixture
def damage(tmp_path: Path) -> Path:
    """An entry of the ledger that nobody signed."""
    entry = tmp_path / "objects" / "erasure-ledger" / "000000000001.jws"
    entry.parent.mkdir(parents=True)
    entry.write_text("nobody signed this")
    return entry


def with_ledger(env: Env, entry: Path) -> Env:
    return env | {"OBJECT_STORE_URL": entry.parents[1].as_uri()}


def mend(entry: Path) -> None:
    entry.unlink()


@pytest.mark.parametrize("role", ["api", "all"])
async def test_no_process_is_ready_before_it_has_read_the_ledger(
    env: Env, damage: Path, tmp_path: Path, role: str
) -> None:
    async with (
        ticking(role, env=with_ledger(env, damage), log=tmp_path / "log") as running,
        await running.client() as client,
    ):
        await until(lambda: "ledger.damaged" in running.events(), longest=40)
        waiting = await client.get("/readyz?verbose")
        mend(damage)
        await ready(client)

    assert waiting.status_code == 503
    assert waiting.json()["checks"]["erasures"] == "failed"


async def test_a_worker_begins_nothing_before_it_has_read_the_ledger(
    env: Env, damage: Path, engines: Engines, broker: Broker, workspace_id: UUID, tmp_path: Path
) -> None:
    async def begun() -> bool:
        return ticker in await noted(engines)

    async with ticking("worker", env=with_ledger(env, damage), log=tmp_path / "log") as worker:
        ticker = await publish(broker, workspace_id)
        await until(lambda: "part.waits" in worker.events(), longest=40)
        await asyncio.sleep(1)
        before = await noted(engines)
        mend(damage)
        await until(begun, longest=40)
        assert await worker.stop() == 0  # killed, it may not have said yet that this one is done

    assert before == []


async def publish(broker: Broker, workspace_id: UUID) -> UUID:
    """What another process of the service has sent."""
    ticker = new_id()
    said: dict[str, Any] = {"id": new_id(), "type": Ticked.type, "key": ticker}
    said |= {"workspace_id": workspace_id, "occurred_at": NOON, "aggregate_version": 1}
    row = SimpleNamespace(**said, causation_id=None, traceparent=None)
    async with broker.producer() as producer:
        value, envelope = b'{"total": 1}', headers(row, "ticking")
        await producer.send_and_wait(TICKS.name, value=value, key=b"k", headers=envelope)
    return ticker


async def test_kafka_goes_and_comes_back_and_nothing_is_lost(
    secrets: Env, engines: Engines, own_broker: OwnBroker, workspace_id: UUID, tmp_path: Path
) -> None:
    await own_broker.topic(TICKS)
    env = environment(secrets, engines, own_broker.bootstrap)
    async with ticking("all", env=env, log=tmp_path / "all") as both, await both.client() as client:
        await ready(client)
        ticked = {await tick(client, workspace_id)}
        await notes(engines, 1)
        await own_broker.stop(signal.SIGKILL)
        ticked |= {await tick(client, workspace_id) for _ in range(20)}
        await ready(client, 503)
        await own_broker.start()
        await notes(engines, 21)

        events = both.events()

    assert set(await noted(engines)) == ticked
    assert len(events) < 60
    assert events.count("consumer.kafka_lost") <= 2


@pytest.fixture
async def stoppable(own_postgres: PostgresServer) -> AsyncIterator[PostgresServer]:
    """Runs again when the test is over, however that ended."""
    yield own_postgres
    if own_postgres.pid is None:
        await asyncio.to_thread(own_postgres.start)


async def test_postgresql_goes_and_comes_back_and_nothing_is_lost(
    env: Env, engines: Engines, stoppable: PostgresServer, workspace_id: UUID, tmp_path: Path
) -> None:
    async with ticking("all", env=env, log=tmp_path / "all") as both, await both.client() as client:
        await ready(client)
        await tick(client, workspace_id)
        await notes(engines, 1)
        await asyncio.to_thread(stoppable.stop)
        await ready(client, 503)
        refused = await client.post(f"/workspaces/{workspace_id}/ticks", params={"total": 1})
        await asyncio.to_thread(stoppable.start)
        await ready(client)
        await tick(client, workspace_id)
        await engines.owner.dispose()  # its connections were cut, too
        await notes(engines, 2)
        assert (await client.get("/livez")).status_code == 200

    assert refused.status_code == 500


async def test_with_nothing_around_it_a_process_lives_says_so_and_ends_when_told(
    secrets: Env, tmp_path: Path
) -> None:
    nowhere = f"postgresql://app:app@127.0.0.1:{free_port()}/nothing"
    env = {**secrets, "DATABASE_URL": nowhere, "SYSTEM_DATABASE_URL": nowhere}
    env["KAFKA_BOOTSTRAP_SERVERS"] = f"127.0.0.1:{free_port()}"
    async with ticking("all", env=env, log=tmp_path / "all") as both:
        async with await both.client() as client:
            assert (await client.get("/livez")).status_code == 200
            assert (await client.get("/readyz")).status_code == 503
            await asyncio.sleep(2)

        assert await both.stop() == 0
        assert len(both.events()) < 15


async def test_sigterm_lets_requests_finish_and_ends_open_streams(
    env: Env, engines: Engines, workspace_id: UUID, tmp_path: Path
) -> None:
    watching = asyncio.Event()
    async with ticking("all", env=env, log=tmp_path / "all") as both:
        async with await both.client() as client:
            await ready(client)
            async with asyncio.TaskGroup() as tasks:
                slow = tasks.create_task(tick(client, workspace_id, slow=1.0))
                stream = tasks.create_task(watched(client, workspace_id, watching))
                await watching.wait()
                await asyncio.sleep(0.5)  # the request that was sent before is there, too
                stopped = tasks.create_task(both.stop())

        assert slow.result()
        assert stream.result() == "bye"
        assert stopped.result() == 0
        assert "part.abandoned" not in both.events()


async def watched(client: httpx.AsyncClient, changed: UUID, begun: asyncio.Event) -> str:
    """The last line of a stream."""
    async with client.stream("GET", f"/watch/{changed}") as answer:
        begun.set()
        lines = [line async for line in answer.aiter_lines()]
    return lines[-1]


async def test_a_part_that_fails_takes_the_process_with_it_and_tells_no_value(
    env: Env, tmp_path: Path
) -> None:
    async with ticking("all", env={**env, "BOMB": "1"}, log=tmp_path / "all") as both:
        assert await both.ended() == 1

        [failed] = [line for line in both.said if line["event"] == "process.failed"]
        assert "RuntimeError" in failed["error"]
        assert any("__main__.py" in place for place in failed["stack"])
        assert BEGINNING not in both.raw()


async def test_a_port_that_is_taken_ends_the_process(env: Env, tmp_path: Path) -> None:
    async with ticking("api", env=env, log=tmp_path / "first") as first:
        async with await first.client() as client:
            taken = {**env, "PORT": str(client.base_url.port)}
        async with ticking("api", env=taken, log=tmp_path / "second") as second:
            assert await second.ended() == 1


async def test_without_settings_it_says_what_is_missing_and_ends(tmp_path: Path) -> None:
    async with ticking("all", env={}, log=tmp_path / "all") as both:
        assert await both.ended() == 2
        assert "DATABASE_URL is missing." in both.raw()
        assert "Traceback" not in both.raw()


async def test_an_operator_lists_shows_and_redrives_a_dead_letter(
    env: Env, workspace_id: UUID, tmp_path: Path
) -> None:
    async def operator(*asked: str) -> tuple[int, str]:
        log = tmp_path / "_".join(["operator", asked[0]])
        log.unlink(missing_ok=True)
        async with ticking("deadletters", *asked, env=env, log=log) as command:
            code = await command.ended()
            return code, command.raw()

    async with ticking("all", env=env, log=tmp_path / "all") as both, await both.client() as client:
        await ready(client)
        ticker = await tick(client, workspace_id, total=POISONED)
        await until(lambda: "record.buried" in both.events(), longest=40)

    _, listed = await operator("list", TICKS.name)
    topic, letter, *why = listed.split()
    shown = await operator("show", topic, letter)
    redriven = await operator("redrive", topic, letter, "--by", "nora")
    again = await operator("redrive", topic, letter)
    left = await operator("list", TICKS.name)
    noted = await operator("list", topic, "--redriven")
    missing = await operator("show", topic, letter)

    assert (topic, why[0]) == (TICKS.name, "RuntimeError")
    assert letter.startswith("ticking/")
    assert f"ce_subject: {ticker}" in shown[1]
    assert '{"total": 13}' in shown[1]
    assert BEGINNING not in shown[1] + both.raw()
    assert redriven == (0, f"Sent {letter} to {topic} again.\n")
    assert (again[0], again[1].count("already")) == (0, 1)
    assert noted[1].startswith(f"{topic}  {letter}  ")
    assert noted[1].endswith("UTC  nora\n")
    assert left == (0, "")
    assert missing[0] == 1


async def test_migrate_brings_an_empty_database_up_to_date_and_twice_is_once(
    secrets: Env, empty: Engines, tmp_path: Path
) -> None:
    env = {"OWNER_DATABASE_URL": empty.urls.owner}
    for run in ("first", "second"):
        async with ticking("migrate", env=env, log=tmp_path / run) as command:
            assert await command.ended() == 0

    async with empty.app.connect() as connection:
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == "first"


async def test_an_operator_gives_a_service_a_command_of_its_own(
    env: Env, engines: Engines, workspace_id: UUID, tmp_path: Path
) -> None:
    async def operator(log: str) -> tuple[int, str]:
        asked = ("count", str(workspace_id))
        async with ticking(*asked, env=env, log=tmp_path / log) as command:
            return await command.ended(), command.raw()

    before = await operator("before")
    async with ticking("api", env=env, log=tmp_path / "api") as api, await api.client() as client:
        await ready(client)
        await tick(client, workspace_id)

    assert before == (1, "0\n")
    assert await operator("after") == (0, "1\n")


async def test_an_operator_has_a_restored_service_read_again(
    env: Env, engines: Engines, workspace_id: UUID, tmp_path: Path
) -> None:
    async def operator(moment: str) -> tuple[int, str]:
        async with ticking("rewind", "--to", moment, env=env, log=tmp_path / moment) as command:
            return await command.ended(), command.raw()

    async with ticking("all", env=env, log=tmp_path / "all") as both, await both.client() as client:
        await ready(client)
        before = len(await noted(engines))
        await tick(client, workspace_id)
        await notes(engines, before + 1)
        refused = await operator("2026-01-01T00:00Z")
        assert await both.stop() == 0
    rewound = await operator("2026-01-01T00:00+01:00")

    assert (refused[0], "stop it first" in refused[1]) == (1, True)
    assert rewound[0] == 0
    assert rewound[1].endswith("events will be read again.\n")
    assert f"{TICKS.name}/" in rewound[1]
    assert (await operator("2026-01-01T00:00"))[0] == 2

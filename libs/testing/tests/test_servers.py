"""The servers come up, and answer as what they are."""

import asyncio
import socket
import subprocess
import sys

import pytest
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from contactflow.events import Topic
from contactflow.testing.database import fresh_database
from contactflow.testing.kafka import Broker, OwnBroker
from contactflow.testing.leaks import Leaks
from contactflow.testing.ports import answers, free_port, listening
from contactflow.testing.postgres import Postgres
from contactflow.testing.waiting import until


async def test_postgres_is_eighteen(postgres: Postgres) -> None:
    async with fresh_database(postgres, "crm", "nothing") as engines, engines.app.connect() as app:
        version = (await app.execute(text("SHOW server_version_num"))).scalar_one()

    assert version.startswith("18")


async def test_a_role_reaches_its_own_database_only(postgres: Postgres) -> None:
    async with (
        fresh_database(postgres, "crm", "nothing") as ours,
        fresh_database(postgres, "chat", "nothing") as theirs,
    ):
        stranger = ours.app.url.set(username="chat_app", password="app")

        with pytest.raises(Exception, match="permission denied for database"):
            await _connect(stranger)
        await _connect(theirs.app.url)


async def test_a_role_that_runs_a_service_makes_no_tables(postgres: Postgres) -> None:
    async with fresh_database(postgres, "crm", "nothing") as engines, engines.app.connect() as app:
        with pytest.raises(Exception, match="permission denied for schema"):
            await app.execute(text("CREATE TABLE mine (id int)"))


async def test_what_is_sent_is_found(broker: Broker) -> None:
    topic = Topic("test.servers", partitions=2)
    await broker.topic(topic)

    async with broker.producer() as producer:
        await producer.send_and_wait(topic.name, b"hello", key=b"k")

    assert [one.value for one in await broker.records(topic.name)] == [b"hello"]


async def test_making_a_topic_twice_is_making_it_once(broker: Broker) -> None:
    await broker.topic("test.twice")

    await broker.topic("test.twice")

    assert await broker.records("test.twice.dlq") == []


async def test_a_broker_that_was_stopped_has_kept_its_records(own_broker: OwnBroker) -> None:
    await own_broker.topic("test.kept")
    async with own_broker.producer() as producer:
        await producer.send_and_wait("test.kept", b"kept")

    await own_broker.stop()
    await own_broker.start()

    assert [one.value for one in await own_broker.records("test.kept")] == [b"kept"]


def test_a_port_that_is_taken_is_not_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        found = free_port(port)

        assert found != port
        assert answers(port)
        assert not answers(found)


def test_a_port_that_was_promised_in_another_process_is_not_given() -> None:
    ask = "from contactflow.testing.ports import free_port; print(free_port({}), flush=True); {}"
    first = [sys.executable, "-c", ask.format("", "input()")]
    with subprocess.Popen(first, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        promised = int(other.stdout.readline())

        found = free_port(promised)
        other.communicate("\n")

    assert found != promised
    assert free_port(promised) == promised


async def test_what_listens_here_sends_at_once() -> None:
    options: asyncio.Queue[int] = asyncio.Queue()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw = writer.get_extra_info("socket")
        options.put_nowait(raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(answer, sock=listening()) as server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())

        assert await options.get()
        writer.close()


async def test_waiting_ends_with_the_first_true_answer() -> None:
    answer = iter([0, 0, 3])

    assert await until(lambda: next(answer)) == 3


async def test_waiting_in_vain_fails() -> None:
    with pytest.raises(AssertionError, match="last answer was False"):
        await until(lambda: False, longest=0.05)


async def test_a_leaked_task_is_named_and_ended() -> None:
    leaks = Leaks(grace=0.05)
    task = asyncio.ensure_future(asyncio.sleep(60))

    with pytest.raises(AssertionError, match="sleep"):
        await leaks.none()

    assert task.cancelled()


async def _connect(url: URL) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.connect():
            pass
    finally:
        await engine.dispose()

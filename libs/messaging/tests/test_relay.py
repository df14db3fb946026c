"""What the relay promises, on real PostgreSQL and real Kafka."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from aiokafka.errors import KafkaError
from sqlalchemy import Row

from contactflow.events import Fact
from contactflow.kernel import new_id
from contactflow.messaging import Doorbell, Kafka, Relay, on, react
from contactflow.messaging.envelope import headers
from contactflow.messaging.outbox import CursorLostError, Outbox
from contactflow.messaging.sending import Answers, Sender
from contactflow.persistence import Work, Works
from contactflow.testing.clock import NOON
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker
from contactflow.testing.parts import running
from contactflow.testing.statements import overheard
from contactflow.testing.waiting import until
from libs.messaging.tests import ledger
from libs.messaging.tests.sent import Sent, autocommit, drained, opened, relayed

SECONDS = 4


@pytest.fixture
def relay(stores: Engines, kafka: Kafka, ticks: str) -> Relay:
    return Relay(stores.system, Sender(kafka, "ticking"))


@pytest.mark.usefixtures("empty")
async def test_of_sixteen_writers_none_is_lost_and_no_key_out_of_order(
    stores: Engines, broker: Broker, ticks: str, relay: Relay, workspace_id: UUID
) -> None:
    bell, stop = Doorbell(stores.app), asyncio.Event()
    works = Works(stores.app, recorded=bell.ring)
    keys = [await works.run(workspace_id, ledger.create) for _ in range(40)]
    end = asyncio.get_running_loop().time() + SECONDS
    async with running(relay, bell), asyncio.TaskGroup() as tasks:
        pollers = [
            tasks.create_task(ledger.poller(stores.system, query, stop))
            for query in (ledger.NAIVE, ledger.BY_XID)
        ]
        writers = [ledger.writer(works, workspace_id, keys, end) for _ in range(16)]
        wrote = [seen for one in await asyncio.gather(*writers) for seen in one]
        stop.set()
        await until(lambda: relay.sent >= len(wrote) + len(keys))

    naive, by_xid = (one.result() for one in pollers)
    seen = await relayed(broker, ticks, workspace_id)
    assert not ledger.lost(wrote, seen)
    assert not ledger.reordered(seen)
    assert len(seen) == len(wrote) + len(keys)
    assert ledger.lost(wrote, naive), "a poller on id > last would have passed this test"
    assert ledger.reordered(by_xid), "a poller on (xid, id) would have passed this test"


@pytest.mark.usefixtures("empty")
async def test_of_two_relays_one_sends_and_the_other_takes_over(
    stores: Engines, works: Works, kafka: Kafka, broker: Broker, ticks: str, workspace_id: UUID
) -> None:
    relays = [Relay(stores.system, Sender(kafka, "ticking")) for _ in range(2)]
    key = await works.run(workspace_id, ledger.create)

    async def ticked(total: int) -> None:
        for _ in range(20):
            await works.run(workspace_id, lambda work: ledger.tick(work, key))
        await until(lambda: sum(one.sent for one in relays) == total)

    async with running(*relays):
        await until(lambda: any(one.sent for one in relays))
        leader, standby = sorted(relays, key=lambda one: -one.sent)
        await ticked(21)
        assert standby.sent == 0
        leader.stop()
        await ticked(41)

    assert standby.sent == 20
    assert [seen[1] for seen in await relayed(broker, ticks, workspace_id)] == [*range(1, 42)]


async def test_a_relay_that_is_told_to_stop_while_it_stands_by_leaves_the_cursor_alone(
    stores: Engines, relay: Relay
) -> None:
    async with autocommit(stores) as leading:
        assert await Outbox(leading).lock()
        with overheard(stores.system) as said:
            async with running(relay):
                await until(lambda: said)
        await leading.invalidate()  # and the lock with it

    assert not [one for one in said if "relay_cursor" in one]


@pytest.mark.usefixtures("empty")
async def test_a_relay_that_stopped_after_the_acknowledgement_repeats_and_loses_nothing(
    stores: Engines, works: Works, broker: Broker, ticks: str, relay: Relay, workspace_id: UUID
) -> None:
    await works.run(workspace_id, ledger.create)

    class Forgetful(Outbox):
        async def advance(self, row: Row[Any]) -> None:
            raise ConnectionError

    async with autocommit(stores) as connection:
        outbox = await Forgetful(connection).opened()
        with pytest.raises(ConnectionError):
            await relay._forward(outbox, await outbox.next(100))
    async with running(relay):
        await until(lambda: relay.sent == 1)

    [first, second] = await relayed(broker, ticks, workspace_id)
    assert first == second


@pytest.mark.usefixtures("empty")
async def test_the_cursor_stops_before_the_first_failure(
    stores: Engines, works: Works, workspace_id: UUID
) -> None:
    for _ in range(5):
        await works.run(workspace_id, ledger.create)

    async with opened(stores) as outbox:
        rows = await outbox.next(100)
        with pytest.raises(KafkaError):
            await Relay(stores.system, Sent(refuses=2))._forward(outbox, rows)
        left = await outbox.next(100)

    assert [row.position for row in left] == [row.position for row in rows[2:]]


@pytest.mark.usefixtures("empty")
async def test_a_relay_whom_kafka_refuses_goes_on_when_it_no_longer_does(
    stores: Engines, works: Works, workspace_id: UUID
) -> None:
    sent = Sent(refuses=0)
    await works.run(workspace_id, ledger.create)

    relay = Relay(stores.system, sent)
    async with running(relay):
        await until(lambda: len(sent.rows) >= 1)
        assert relay.sent == 0
        sent._refuses = None
        await until(lambda: relay.sent == 1)


@pytest.mark.usefixtures("empty")
async def test_a_relay_whose_connection_is_cut_takes_a_new_one(
    stores: Engines, works: Works, workspace_id: UUID
) -> None:
    relay = Relay(stores.system, Sent())
    async with running(relay):
        await works.run(workspace_id, ledger.create)
        await until(lambda: relay.sent == 1)
        async with autocommit(stores) as connection:
            await connection.exec_driver_sql(CUT)
        await works.run(workspace_id, ledger.create)
        await until(lambda: relay.sent == 2)


CUT = """SELECT pg_terminate_backend(pid) FROM pg_locks
         WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"""


@pytest.mark.usefixtures("empty")
async def test_a_bug_in_the_relay_ends_it_loudly(
    stores: Engines, works: Works, workspace_id: UUID
) -> None:
    class Buggy:
        async def send(self, _: Sequence[Row[Any]]) -> Answers:
            raise KeyError("bug")

    await works.run(workspace_id, ledger.create)

    with pytest.RaisesGroup(KeyError):
        await Relay(stores.system, Buggy()).run()


@pytest.mark.usefixtures("empty")
async def test_a_cursor_of_another_epoch_is_not_moved(
    stores: Engines, works: Works, workspace_id: UUID
) -> None:
    await works.run(workspace_id, ledger.create)

    async with opened(stores) as outbox, autocommit(stores) as restored:
        [row] = await outbox.next(1)
        await restored.exec_driver_sql("UPDATE relay_cursor SET epoch = epoch + 1")
        with pytest.raises(CursorLostError):
            await outbox.advance(row)


@pytest.mark.usefixtures("empty")
async def test_a_restored_database_begins_a_new_epoch_and_sends_only_what_waited(
    stores: Engines, works: Works, workspace_id: UUID
) -> None:
    far, sent = 2**60, Sent()
    await works.run(workspace_id, ledger.create)
    await drained(stores)
    waiting = await works.run(workspace_id, ledger.create)
    async with autocommit(stores) as younger:  # as it looks in another, younger cluster
        await younger.exec_driver_sql(f"UPDATE outbox SET horizon = horizon + {far}")
        moved = f"UPDATE relay_cursor SET cluster = 1, horizon = horizon + {far}"
        await younger.exec_driver_sql(moved)

    relay = Relay(stores.system, sent)
    async with running(relay):
        await until(lambda: relay.sent)

    assert [row.key for row in sent.rows] == [waiting]


@pytest.mark.usefixtures("empty")
async def test_a_commit_reaches_kafka_without_waiting_for_a_poll(
    stores: Engines, workspace_id: UUID
) -> None:
    bell, relay = Doorbell(stores.app), Relay(stores.system, Sent(), poll=30)
    works = Works(stores.app, recorded=bell.ring)
    async with running(relay, bell):
        await works.run(workspace_id, ledger.create)
        await until(lambda: relay.sent == 1, longest=5)
        await asyncio.sleep(0.1)
        await works.run(workspace_id, ledger.create)
        await until(lambda: relay.sent == 2, longest=5)


@pytest.mark.usefixtures("empty")
async def test_cause_and_trace_go_on_through_a_reaction_and_the_source_is_the_publisher(
    stores: Engines, works: Works, workspace_id: UUID
) -> None:
    cause, trace = new_id(), f"00-{'a' * 32}-{'b' * 16}-01"

    async def apply(work: Work, _: Fact[ledger.Ticked]) -> None:
        await ledger.create(work)

    body = ledger.Ticked(total=1)
    fact = Fact(cause, workspace_id, new_id(), 1, NOON, body, trace)
    await react(works, on(ledger.Ticked, "create", apply=apply), fact)

    async with opened(stores) as outbox:
        said = dict(headers((await outbox.next(1))[0], "ticking"))
    assert said["ce_causationid"] == str(cause).encode()
    assert said["traceparent"].split(b"-")[1] == b"a" * 32
    assert said["ce_source"] == b"/ticking"

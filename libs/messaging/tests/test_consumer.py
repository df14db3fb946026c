"""What the consumer promises, on real PostgreSQL and real Kafka."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from uuid import UUID

import pytest
from aiokafka import TopicPartition

from contactflow.events import Fact
from contactflow.kernel import UnavailableError, new_id
from contactflow.messaging import Kafka, on, run_parts
from contactflow.messaging.consumer import Consumer, Membership
from contactflow.messaging.envelope import Record
from contactflow.persistence import Work, Works
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests import ledger
from libs.messaging.tests.effects import note, noted, publish
from libs.messaging.tests.ledger import Ticked
from libs.messaging.tests.members import QUICK, Member, committed, done, some


async def test_killed_between_the_two_commits_the_effect_happens_once(
    broker: Broker, kafka: Kafka, stores: Engines, works: Works, member: Member, topic: str
) -> None:
    workspace_id = new_id()
    published = await publish(kafka, topic, workspace_id, 50)
    victim = "libs.messaging.tests.victim"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", victim, stores.urls.app, broker.bootstrap, topic)
    )
    async with asyncio.timeout(60):
        assert await process.wait() == -signal.SIGKILL
    assert await noted(works, workspace_id)
    assert await committed(broker, topic) == 0

    async with running(member()):
        await until(done(broker, topic, 50), longest=30)

    effects = await noted(works, workspace_id)
    assert len(effects) == 50
    assert set(effects) == published


async def test_a_rebalance_mid_batch_loses_nothing_and_keeps_each_key_in_order(
    broker: Broker, kafka: Kafka, works: Works, member: Member, topic: str, workspace_id: UUID
) -> None:
    async def slowly(work: Work, fact: Fact[Ticked]) -> None:
        await note(work, fact)
        await asyncio.sleep(0.005)

    published = await publish(kafka, topic, workspace_id, 1200, keys=24)
    slow = on(Ticked, "note", apply=slowly)
    first, second, third = member(slow), member(slow), member(slow)

    async with running(first):
        await until(some(works, workspace_id, 50))
        async with running(second):
            await until(some(works, workspace_id, 400))
            async with running(third):
                first.stop()
                await until(done(broker, topic, 1200), longest=60)

    effects = await noted(works, workspace_id)
    assert len(effects) == 1200
    assert set(effects) == published
    assert not ledger.reordered(effects)


async def test_a_revoked_lane_is_done_before_its_partition_is_another_s(
    broker: Broker, kafka: Kafka, works: Works, member: Member, topic: str, workspace_id: UUID
) -> None:
    at_work: set[UUID] = set()
    both: list[UUID] = []

    async def exclusively(work: Work, fact: Fact[Ticked]) -> None:
        if fact.aggregate_id in at_work:
            both.append(fact.aggregate_id)
        at_work.add(fact.aggregate_id)
        await asyncio.sleep(0.02)
        at_work.discard(fact.aggregate_id)
        await note(work, fact)

    await publish(kafka, topic, workspace_id, 400, keys=4)
    alone = on(Ticked, "note", apply=exclusively)
    async with running(member(alone)):
        await until(some(works, workspace_id, 1), longest=30)
        async with running(member(alone)):
            await until(done(broker, topic, 400), longest=60)

    assert not both
    assert len(await noted(works, workspace_id)) == 400


async def test_a_dependency_that_is_down_pauses_and_counts_no_try(
    broker: Broker, kafka: Kafka, works: Works, member: Member, topic: str, workspace_id: UUID
) -> None:
    calls, down = [], True

    async def fetch(fact: Fact[Ticked]) -> int | None:
        calls.append(fact.id)
        if down:
            raise UnavailableError
        return 1

    async def apply(work: Work, fact: Fact[Ticked], _: int) -> None:
        await note(work, fact)

    published = await publish(kafka, topic, workspace_id, 20)
    fetching = on(Ticked, "note", fetch=fetch, apply=apply)
    async with running(member(fetching)):
        await until(lambda: len(calls) > 5 * QUICK.tries)
        async with running(member(fetching)):  # a rebalance forgets no pause
            before = len(calls)
            await until(lambda: len(calls) > before + 5 * QUICK.tries)
            assert not await noted(works, workspace_id)
            assert await committed(broker, topic) == 0
            down = False
            await until(done(broker, topic, 20), longest=30)

    assert set(await noted(works, workspace_id)) == published
    assert not await broker.records(f"{topic}.dlq")


async def test_one_workspace_whose_dependency_is_down_holds_up_its_partition_alone(
    broker: Broker, kafka: Kafka, works: Works, member: Member, topic: str, workspace_id: UUID
) -> None:
    stuck = new_id()

    async def fetch(fact: Fact[Ticked]) -> int | None:
        if fact.workspace_id == stuck:
            raise UnavailableError
        return 1

    async def apply(work: Work, fact: Fact[Ticked], _: int) -> None:
        await note(work, fact)

    await publish(kafka, topic, stuck, 1, keys=1)
    await publish(kafka, topic, workspace_id, 40, keys=40)
    consumer = member(on(Ticked, "note", fetch=fetch, apply=apply))
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(consumer.run())
        await until(some(works, workspace_id, 20), longest=30)
        assert not await noted(works, stuck)
        task.cancel()


async def test_cancellation_is_neither_success_nor_failure(
    broker: Broker, kafka: Kafka, works: Works, member: Member, topic: str, workspace_id: UUID
) -> None:
    begun = asyncio.Event()

    async def endless(work: Work, fact: Fact[Ticked]) -> None:
        await note(work, fact)
        begun.set()
        await asyncio.sleep(60)

    published = await publish(kafka, topic, workspace_id, 4, keys=1)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(member(on(Ticked, "note", apply=endless)).run())
        await begun.wait()
        task.cancel()
        await asyncio.wait([task])
    assert await committed(broker, topic) == 0
    assert not await noted(works, workspace_id)

    async with running(member()):
        await until(done(broker, topic, 4), longest=30)

    assert set(await noted(works, workspace_id)) == published
    assert not await broker.records(f"{topic}.dlq")


async def test_sigterm_finishes_the_batch_at_hand_and_commits_it(
    broker: Broker, kafka: Kafka, works: Works, member: Member, topic: str, workspace_id: UUID
) -> None:
    begun = asyncio.Event()

    async def slowly(work: Work, fact: Fact[Ticked]) -> None:
        begun.set()
        await asyncio.sleep(0.01)
        await note(work, fact)

    await publish(kafka, topic, workspace_id, 1000, keys=4)
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(30):
        worker = tasks.create_task(run_parts([member(on(Ticked, "note", apply=slowly))]))
        await begun.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait([worker])

    effects = await noted(works, workspace_id)
    assert 0 < len(effects) < 1000
    assert await committed(broker, topic) == len(effects)


async def test_a_topic_that_does_not_exist_yet_is_waited_for_quietly(
    broker: Broker, kafka: Kafka, topic: str, workspace_id: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    later_topic, settled = f"test.{new_id().hex}", list[str]()

    async def settle(records: Sequence[Record]) -> None:
        settled.extend(record.topic for record in records)

    await publish(kafka, topic, workspace_id, 1)
    consumer = Consumer(kafka, topic, [topic, later_topic], settle, poll=0.2)
    async with running(consumer):
        await until(lambda: topic in settled, longest=30)
        await asyncio.sleep(1)
        await broker.topic(later_topic)
        await publish(kafka, later_topic, workspace_id, 1)
        await until(lambda: later_topic in settled, longest=30)

    said = [line.getMessage() for line in caplog.records if line.name.startswith("contactflow")]
    assert said.count("consumer.topics_missing") == 1
    assert len(caplog.records) < 30


async def test_a_bug_in_settling_ends_the_consumer_loudly(
    kafka: Kafka, topic: str, workspace_id: UUID
) -> None:
    async def buggy(_: Sequence[Record]) -> None:
        raise KeyError("bug")

    await publish(kafka, topic, workspace_id, 1)

    with pytest.RaisesGroup(KeyError, flatten_subgroups=True):
        await Consumer(kafka, topic, [topic], buggy).run()


async def test_a_member_that_leaves_begins_nothing_at_a_rebalance_meanwhile(
    kafka: Kafka, topic: str
) -> None:
    async def settle(_: Sequence[Record]) -> None:
        """Nothing comes."""

    async def at_once() -> None:
        """Told to stop before it began."""

    membership = Membership(kafka.consumer(topic), topic, [topic], settle)
    await membership.run(at_once)

    await membership.on_partitions_assigned([TopicPartition(topic, 0)])

    assert not membership._lanes

"""How rows become Kafka's batches: what is refused is overtaken by nothing of its partition."""

import asyncio
from collections import defaultdict
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from contactflow.kernel import new_id
from contactflow.messaging import Kafka
from contactflow.messaging.sending import Sender
from contactflow.testing.clock import NOON
from contactflow.testing.kafka import Broker

FITS = 2


def a_row(topic: str, key: UUID, version: int, body: str = "{}") -> Any:
    row = SimpleNamespace(id=new_id(), topic=topic, key=key, type="tick.ticked", body=body)
    row.workspace_id, row.occurred_at, row.aggregate_version = new_id(), NOON, version
    row.causation_id = row.traceparent = None
    return row


class Batch:
    def __init__(self) -> None:
        self.records: list[bytes] = []

    def append(self, *, key: bytes, value: bytes, **_: Any) -> object | None:
        if len(self.records) == FITS:
            return None
        self.records.append(value)
        return value

    def record_count(self) -> int:
        return len(self.records)


class Picky:
    """A producer, and who has it; refuses the first batch with a record that it can't take."""

    def __init__(self) -> None:
        self.taken: dict[tuple[str, int], list[bytes]] = defaultdict(list)
        self.renewed = 0

    async def producer(self) -> "Picky":
        return self

    async def renew(self, failed: object) -> None:
        self.renewed += 1

    async def partitions_for(self, topic: str) -> set[int]:
        if topic == "missing":
            raise KafkaError
        return {0, 1, 2}

    def create_batch(self) -> Batch:
        return Batch()

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Any:
        return asyncio.ensure_future(self._take(batch, (topic, partition)))

    async def _take(self, batch: Batch, lane: tuple[str, int]) -> None:
        await asyncio.sleep(0)
        if b"refused" in batch.records:
            raise MessageSizeTooLargeError
        self.taken[lane] += batch.records


async def test_after_a_refused_batch_nothing_of_its_partition_is_sent() -> None:
    picky, key, other = Picky(), new_id(), new_id()
    bodies = ["1", "2", "3", "refused", "5", "6", "7"]
    rows = [a_row("t", key, n, body) for n, body in enumerate(bodies)]

    answers = await Sender(picky, "s").send([*rows, a_row("u", other, 1, "other")])

    assert [bool(one) for one in answers] == [False, False, True, True, True, True, True, False]
    assert sorted(picky.taken.values()) == [[b"1", b"2"], [b"other"]]
    assert picky.renewed == 1


async def test_a_topic_that_is_missing_fails_its_rows_alone() -> None:
    picky = Picky()

    answers = await Sender(picky, "s").send(
        [a_row("missing", new_id(), 1), a_row("t", new_id(), 1)]
    )

    assert [type(one) for one in answers] == [KafkaError, type(None)]


async def test_on_real_kafka_what_is_sent_again_after_a_refusal_is_in_order(
    broker: Broker, kafka: Kafka
) -> None:
    small, key = f"test.{new_id().hex}", new_id()
    await a_small_topic(broker, small)
    rows = [a_row(small, key, n, body) for n, body in enumerate(["{}", BIG, "{}", "{}"], 1)]

    refused = await Sender(kafka, "s").send(rows)
    rows[1].body = "{}"
    again = await Sender(kafka, "s").send(rows[1:])

    assert [type(one) for one in refused[1:]] == [MessageSizeTooLargeError] * 3
    assert again == [None] * 3
    versions = [dict(one.headers)["ce_aggregateversion"] for one in await broker.records(small)]
    first_sights = list(dict.fromkeys(versions))
    assert first_sights == [b"1", b"2", b"3", b"4"]


async def test_kafka_alone_lets_a_record_overtake_one_that_was_refused(
    broker: Broker, kafka: Kafka
) -> None:
    small = f"test.{new_id().hex}"
    await a_small_topic(broker, small)
    producer = await kafka.producer()

    sent = [await producer.send(small, key=b"k", value=one) for one in (BIG.encode(), b"{}")]
    refused, overtaking = await asyncio.gather(*sent, return_exceptions=True)

    assert isinstance(refused, MessageSizeTooLargeError)
    assert not isinstance(overtaking, Exception), "then our Sender would be no longer needed"


BIG = "1" * 300_000


async def a_small_topic(broker: Broker, name: str) -> None:
    """One that takes no record above 100 kB."""
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        settings = {"max.message.bytes": "100000"}
        await admin.create_topics([NewTopic(name, 3, 1, topic_configs=settings)])
    finally:
        await admin.close()


@pytest.mark.parametrize("count", [1, 5000])
async def test_each_key_stays_in_its_order_and_its_partition(
    broker: Broker, kafka: Kafka, topic: str, count: int
) -> None:
    keys = [new_id() for _ in range(40)]
    rows = [a_row(topic, keys[n % 40], n) for n in range(count)]

    assert await Sender(kafka, "s").send(rows) == [None] * count

    seen: dict[bytes, list[tuple[int, int]]] = defaultdict(list)
    for record in await broker.records(topic):
        version = int(dict(record.headers)["ce_aggregateversion"])
        seen[record.key or b""].append((record.partition, version))
    assert sum(map(len, seen.values())) == count
    for places in seen.values():
        assert len({partition for partition, _ in places}) == 1
        assert places == sorted(places)

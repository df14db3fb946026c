"""Rows of the outbox as Kafka's batches: each partition gets one at a time."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner
from sqlalchemy import Row

from contactflow.messaging.clients import answered
from contactflow.messaging.envelope import headers

Lane = tuple[str, int]
Numbered = tuple[int, Row[Any]]
Answers = list[Exception | None]
KEYED = DefaultPartitioner()


class Producer(Protocol):
    """What we use of aiokafka's idempotent producer."""

    async def partitions_for(self, topic: str) -> set[int]:
        """Raises KafkaError for a topic that does not exist."""

    def create_batch(self) -> Any:
        """An empty batch, to `append` to."""

    async def send_batch(self, batch: Any, topic: str, *, partition: int) -> "asyncio.Future[Any]":
        """Queue a batch; the future is done when every replica has it."""


class Producers(Protocol):
    """Who has the producer, and another one when it has failed."""

    async def producer(self) -> Any:
        """A producer that is started."""

    async def renew(self, failed: Any, /) -> None:
        """Never give this one again."""


class Sender:
    """Sends rows in order, each partition's next batch only after the one before is acknowledged.

    So no record overtakes one that was refused, and what is sent again after a failure is the
    first of its key that Kafka sees. Kafka alone promises less: a new producer's first batch may
    be refused and its second taken.
    """

    def __init__(self, kafka: Producers, source: str) -> None:
        self._kafka, self._source = kafka, source

    async def send(self, rows: Sequence[Row[Any]]) -> Answers:
        """What became of each row: None once every replica has it. Waits while Kafka is away."""
        producer: Producer = await self._kafka.producer()
        answers: Answers = [None] * len(rows)
        lanes = await self._lanes(producer, rows, answers)
        async with asyncio.TaskGroup() as tasks:
            for lane, numbered in lanes.items():
                tasks.create_task(self._deliver(producer, lane, numbered, answers))
        if any(answers):
            await self._kafka.renew(producer)
        return answers

    async def _lanes(
        self, producer: Producer, rows: Sequence[Row[Any]], answers: Answers
    ) -> dict[Lane, list[Numbered]]:
        lanes: dict[Lane, list[Numbered]] = defaultdict(list)
        partitions = {topic: await _partitions(producer, topic) for topic in _topics(rows)}
        for number, row in enumerate(rows):
            known = partitions[row.topic]
            if isinstance(known, KafkaError):
                answers[number] = known
            else:
                lanes[row.topic, KEYED(_key(row), known, known)].append((number, row))
        return lanes

    async def _deliver(
        self, producer: Producer, lane: Lane, numbered: list[Numbered], answers: Answers
    ) -> None:
        sent = 0
        try:
            for batch in self._batches(producer, numbered):
                await answered(_sent(producer, lane, batch))
                sent += batch.record_count()
        except KafkaError as error:
            for number, _ in numbered[sent:]:
                answers[number] = error

    def _batches(self, producer: Producer, numbered: Iterable[Numbered]) -> Iterator[Any]:
        batch = producer.create_batch()
        for _, row in numbered:
            if not self._append(batch, row):
                yield batch
                batch = producer.create_batch()
                self._append(batch, row)  # the first of a batch always fits
        yield batch

    def _append(self, batch: Any, row: Row[Any]) -> bool:
        said = {"key": _key(row), "value": row.body.encode(), "headers": headers(row, self._source)}
        return batch.append(timestamp=None, **said) is not None


async def _sent(producer: Producer, lane: Lane, batch: Any) -> None:
    topic, partition = lane
    await (await producer.send_batch(batch, topic, partition=partition))


async def _partitions(producer: Producer, topic: str) -> list[int] | KafkaError:
    try:
        return sorted(await answered(producer.partitions_for(topic)))
    except KafkaError as error:
        return error


def _topics(rows: Iterable[Row[Any]]) -> set[str]:
    return {row.topic for row in rows}


def _key(row: Row[Any]) -> bytes:
    return str(row.key).encode()

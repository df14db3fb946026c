"""Members that Kafka loses, refuses or breaks: another one goes on where they were."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from contactflow.kernel import new_id
from contactflow.messaging import Kafka
from contactflow.messaging.consumer import Consumer
from contactflow.messaging.envelope import Record
from contactflow.testing.kafka import Broker, OwnBroker
from contactflow.testing.parts import running
from contactflow.testing.waiting import until
from libs.messaging.tests.effects import publish
from libs.messaging.tests.members import a_stranger_instead

Breaks = Callable[[AIOKafkaConsumer], None]


class Kept(Kafka):
    """Remembers the members that it has made; `first` is what becomes of the first of them."""

    def __init__(self, bootstrap: str, first: Breaks = lambda _: None) -> None:
        super().__init__(bootstrap)
        self._first = first
        self.members: list[AIOKafkaConsumer] = []

    def consumer(self, group: str | None) -> AIOKafkaConsumer:
        member = super().consumer(group)
        if group:
            self.members.append(member)
        if self.members == [member]:
            self._first(member)
        return member


class Reading:
    """A consumer of one topic, which goes on when it settles what is published then."""

    def __init__(self, kafka: Kafka, topic: str, workspace_id: UUID) -> None:
        self._kafka, self._topic, self._workspace_id = kafka, topic, workspace_id
        self._settled: list[Record] = []

    async def goes_on(self) -> None:
        before = len(self._settled)
        await publish(self._kafka, self._topic, self._workspace_id, 1)
        await until(lambda: len(self._settled) > before, longest=30)

    async def settle(self, records: Sequence[Record]) -> None:
        self._settled.extend(records)


@asynccontextmanager
async def reading(
    kafka: Kafka, topic: str, workspace_id: UUID, *others: str
) -> AsyncIterator[Reading]:
    """One that has read something."""
    reading = Reading(kafka, topic, workspace_id)
    try:
        async with running(Consumer(kafka, topic, [topic, *others], reading.settle, poll=0.2)):
            await reading.goes_on()
            yield reading
    finally:
        await kafka.close()


async def test_a_member_that_kafka_throws_out_comes_back(
    broker: Broker, topic: str, workspace_id: UUID
) -> None:
    thrown: list[int] = []

    async def throw(*_: Any, **__: Any) -> None:
        thrown.append(1)
        raise KafkaError

    def is_thrown_out(member: AIOKafkaConsumer) -> None:
        member.getmany = throw

    async with reading(Kept(broker.bootstrap, is_thrown_out), topic, workspace_id):
        assert thrown


async def test_a_member_that_kafka_does_not_let_back_in_asks_until_it_does(
    broker: Broker, topic: str, workspace_id: UUID
) -> None:
    """Thrown out, and meanwhile somebody joined who shares partitions out in another way."""
    kept = Kept(broker.bootstrap)
    async with reading(kept, topic, workspace_id) as goer:
        stranger = await a_stranger_instead(broker, topic)
        await until(lambda: len(kept.members) > 1, longest=30)  # the first was refused
        await stranger.stop()
        await goer.goes_on()


async def bug(*_: Any) -> None:
    raise KeyError("bug")


def knows_no_broker(member: AIOKafkaConsumer) -> None:
    member._client._metadata_update = bug
    member._client.force_metadata_update()


def fetches_nothing(member: AIOKafkaConsumer) -> None:
    member._fetcher._fetch_task.cancel()


def belongs_nowhere(member: AIOKafkaConsumer) -> None:
    member._coordinator._coordination_task.cancel()


@pytest.mark.parametrize("breaks", [knows_no_broker, fetches_nothing, belongs_nowhere])
async def test_a_client_that_broke_inside_is_let_go_of(
    broker: Broker, topic: str, workspace_id: UUID, breaks: Breaks
) -> None:
    kept = Kept(broker.bootstrap)
    async with reading(kept, topic, workspace_id) as goer:
        breaks(kept.members[0])
        await until(lambda: len(kept.members) > 1, longest=30)
        await goer.goes_on()


async def test_a_client_that_breaks_while_it_joins_is_let_go_of(
    broker: Broker, topic: str, workspace_id: UUID
) -> None:
    def breaks_once_connected(member: AIOKafkaConsumer) -> None:
        connect = member._client.bootstrap

        async def connect_and_break() -> None:
            await connect()
            member._client._metadata_update = bug

        member._client.bootstrap = connect_and_break

    kept = Kept(broker.bootstrap, breaks_once_connected)
    async with reading(kept, topic, workspace_id):
        assert len(kept.members) == 2


async def test_a_kafka_that_goes_while_a_topic_is_missing_is_waited_for(
    own_broker: OwnBroker, topic: str, workspace_id: UUID
) -> None:
    await own_broker.topic(topic)
    missing = f"test.{new_id().hex}"
    async with reading(Kafka(own_broker.bootstrap), topic, workspace_id, missing) as goer:
        await own_broker.stop(signal.SIGKILL)
        await asyncio.sleep(1)
        await own_broker.start()
        await goer.goes_on()

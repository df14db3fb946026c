"""Clients of Kafka that stand still: they are given up in time, and replaced."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError, ProducerClosed

from contactflow.kernel import new_id
from contactflow.messaging import Kafka, clients
from contactflow.messaging.sending import Sender
from contactflow.testing.kafka import Broker, OwnBroker
from libs.messaging.tests.test_sending import a_row

T = TypeVar("T")


def knows_no_broker(producer: AIOKafkaProducer) -> None:
    producer.client._sync_task.cancel()


def sends_nothing(producer: AIOKafkaProducer) -> None:
    producer._sender.sender_task.cancel()


@pytest.fixture(params=[knows_no_broker, sends_nothing])
async def stuck(request: pytest.FixtureRequest, kafka: Kafka) -> Kafka:
    """Its producer waits for ever for a task that has ended."""
    breaks: Callable[[Any], None] = request.param
    breaks(await kafka.producer())
    return kafka


async def impatiently(patch: pytest.MonkeyPatch, asked: Awaitable[T]) -> T:
    with patch.context() as short:
        short.setattr(clients, "STANDSTILL", 0.5)
        return await asked


async def test_the_relay_goes_on_with_another_producer(
    broker: Broker, stuck: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, sender = [a_row(topic, new_id(), 1)], Sender(stuck, "s")

    refused = await impatiently(monkeypatch, sender.send(rows))
    again = await sender.send(rows)

    assert [type(one) for one in refused] == [KafkaTimeoutError]
    assert again == [None]
    assert len(await broker.records(topic)) == 1


async def test_dead_letters_go_on_with_another_producer(
    broker: Broker, stuck: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent(value: bytes) -> Awaitable[None]:
        return stuck.send_and_wait(topic, value=value, key=b"k", headers=[])

    with pytest.raises(KafkaTimeoutError):
        await impatiently(monkeypatch, sent(b"1"))
    await sent(b"2")

    assert [one.value for one in await broker.records(topic)] == [b"2"]


async def test_a_producer_is_let_go_of_without_kafka_and_whoever_waits_is_refused(
    own_broker: OwnBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "LAST_WORDS", 0.5)
    await own_broker.topic("test.waits")
    kafka = Kafka(own_broker.bootstrap)
    await (await kafka.producer()).partitions_for("test.waits")
    await own_broker.stop(signal.SIGKILL)

    waiting = asyncio.ensure_future(Sender(kafka, "s").send([a_row("test.waits", new_id(), 1)]))
    await asyncio.sleep(0.2)  # it is on its way
    async with asyncio.timeout(5):
        await kafka.close()
        answers = await waiting

    assert [type(one) for one in answers] == [ProducerClosed]


async def test_a_consumer_is_let_go_of_while_kafka_hangs(
    own_broker: OwnBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await own_broker.topic("test.hangs")
    member = Kafka(own_broker.bootstrap).consumer("g")
    member.subscribe(["test.hangs"])
    await member.start()
    monkeypatch.setattr(clients, "LAST_WORDS", 0.5)

    with own_broker.hanging():
        async with asyncio.timeout(5):
            await clients.let_go(member)


async def test_who_is_cancelled_while_it_lets_go_has_let_go(own_broker: OwnBroker) -> None:
    await own_broker.topic("test.cancelled")
    member = Kafka(own_broker.bootstrap).consumer("g")
    member.subscribe(["test.cancelled"])
    await member.start()

    with own_broker.hanging():
        leaving = asyncio.ensure_future(clients.let_go(member))
        await asyncio.sleep(0.5)  # it waits for an answer
        leaving.cancel()
        async with asyncio.timeout(3):
            await asyncio.wait([leaving])

    assert leaving.cancelled()

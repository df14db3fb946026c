"""What clients of aiokafka do not do by themselves: give up in time, and end whole."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError, ProducerClosed

T = TypeVar("T")

log = logging.getLogger(__name__)
STANDSTILL = 60.0
"""Seconds. An idempotent producer gives up on nothing, also when one of its own tasks has ended."""
LAST_WORDS = 5.0


async def answered(asked: Awaitable[T]) -> T:
    """What Kafka answers. Raises KafkaTimeoutError where aiokafka would wait for ever."""
    try:
        async with asyncio.timeout(STANDSTILL):
            return await asked
    except TimeoutError:
        raise KafkaTimeoutError from None


async def let_go(kafka: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Give what is on its way 5 s, tell a group, and close every connection, whatever fails.

    Who still waits for a producer is refused, with an error of Kafka's. aiokafka alone stops
    half-way when a fetch rests after an error, with a CancelledError, and when one of its tasks has
    failed before, with that task's error; without Kafka it waits for ever.
    """
    is_producer = isinstance(kafka, AIOKafkaProducer)
    client = kafka.client if is_producer else kafka._client  # noqa: SLF001
    async with AsyncExitStack() as ends:  # the last comes first, and none hangs on another
        ends.callback(_cut_off, client)
        ends.push_async_callback(_ended, client.close)
        if is_producer:
            ends.push_async_callback(_ended, partial(_give_up, kafka))
        ends.push_async_callback(_ended, kafka.stop)


async def _ended(end: Callable[[], Awaitable[None]]) -> None:
    """In time, or not at all. A CancelledError that nobody asked for is one of aiokafka's."""
    before = _cancels()
    try:
        async with asyncio.timeout(LAST_WORDS):
            await end()
    except asyncio.CancelledError:
        if _cancels() > before:
            raise
    except Exception as error:  # noqa: BLE001  it is let go of, whatever it says
        log.warning("kafka.abandoned", extra={"error": type(error).__name__})


async def _give_up(producer: AIOKafkaProducer) -> None:
    """What could not be sent: its sender would go on trying, and open connections for it."""
    try:
        await producer._sender.close()  # noqa: SLF001
    finally:
        producer._message_accumulator.fail_all(ProducerClosed())  # noqa: SLF001


def _cut_off(client: Any) -> None:
    for connection in client._conns.values():  # noqa: SLF001  no other way to what is left open
        connection.close()


def _cancels() -> int:
    current = asyncio.current_task()
    return current.cancelling() if current else 0

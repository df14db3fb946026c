"""What clients of aiokafka leave to us: to give up in time, to see them broken, to end them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import KafkaTimeoutError, ProducerClosed

T = TypeVar("T")

log = logging.getLogger(__name__)
STANDSTILL = 90.0
"""Seconds. An idempotent producer gives up on nothing, also when one of its own tasks has ended."""
LAST_WORDS = 5.0
"""Seconds, for each step of letting go."""


async def answered(asked: Awaitable[T]) -> T:
    """What Kafka answers. Raises KafkaTimeoutError where aiokafka would wait for ever."""
    try:
        async with asyncio.timeout(STANDSTILL):
            return await asked
    except TimeoutError:
        raise KafkaTimeoutError from None


def is_broken(member: AIOKafkaConsumer) -> bool:
    """Whether a task of it has ended that all else waits for: it may tell that to nobody."""
    fetcher, coordinator = member._fetcher, member._coordinator  # noqa: SLF001  from `start` on
    inner = [
        member._client._sync_task,  # noqa: SLF001
        fetcher and fetcher.error_future,
        coordinator and coordinator._coordination_task,  # noqa: SLF001
    ]
    return any(task and task.done() for task in inner)


async def let_go(kafka: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Give what is on its way 5 s, tell a group that answers, and end its tasks and connections.

    That takes some 15 s at most, and who still waits for a producer is then refused, with an error
    of Kafka's. aiokafka alone stops half-way when a fetch rests after an error, with a
    CancelledError, and when one of its tasks has failed before, with that task's error; a producer
    with something unsent waits for Kafka for ever.
    """
    is_producer = isinstance(kafka, AIOKafkaProducer)
    client = kafka.client if is_producer else kafka._client  # noqa: SLF001
    no_more = _send_no_more if is_producer else _read_no_more
    async with AsyncExitStack() as ends:  # the last comes first, and none hangs on another
        ends.callback(_cut_off, client)
        ends.push_async_callback(_ended, client.close)
        ends.push_async_callback(_ended, partial(no_more, kafka))
        ends.push_async_callback(_ended, kafka.stop)


async def _ended(end: Callable[[], Awaitable[None]]) -> None:
    """In time, or not at all. A CancelledError that nobody asked for is one of aiokafka's."""
    before = _cancels()
    try:
        async with asyncio.timeout(LAST_WORDS):
            await end()
    except asyncio.CancelledError:
        """Of whom is told by how often we were cancelled: aiokafka may also swallow ours."""
    except Exception as error:  # noqa: BLE001  it is let go of, whatever it says
        log.warning("kafka.abandoned", extra={"error": type(error).__name__})
    if _cancels() > before:
        raise asyncio.CancelledError


async def _read_no_more(consumer: AIOKafkaConsumer) -> None:
    """A coordinator that does not answer keeps `stop` from the tasks that come after it."""
    coordinator, fetcher = consumer._coordinator, consumer._fetcher  # noqa: SLF001
    left: list[asyncio.Task[Any] | None] = []
    if fetcher:
        left += [fetcher.error_future, *fetcher._pending_tasks]  # noqa: SLF001
    if isinstance(coordinator, GroupCoordinator):
        left += [coordinator._heartbeat_task, coordinator._commit_refresh_task]  # noqa: SLF001
    if running := [task for task in left if task and not task.done()]:
        for task in running:
            task.cancel()
        await asyncio.wait(running)


async def _send_no_more(producer: AIOKafkaProducer) -> None:
    """What could not be sent: the sender would go on trying, and open connections for it."""
    try:
        await producer._sender.close()  # noqa: SLF001
    finally:
        unsent = producer._message_accumulator  # noqa: SLF001
        # Each takes itself out of there, also one that was put back to be sent again.
        unsent._pending_batches.update(*unsent._batches.values())  # noqa: SLF001
        unsent.fail_all(ProducerClosed())


def _cut_off(client: Any) -> None:
    for connection in client._conns.values():  # noqa: SLF001  no other way to what is left open
        connection.close()


def _cancels() -> int:
    current = asyncio.current_task()
    return current.cancelling() if current else 0

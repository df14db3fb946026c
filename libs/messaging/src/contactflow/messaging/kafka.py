"""The process's way to Kafka: connected when first needed, waited for while it is away."""

import asyncio
import logging
from typing import Any

import aiokafka.conn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from contactflow.messaging.clients import answered, let_go
from contactflow.messaging.connections import Connection
from contactflow.messaging.envelope import Headers
from contactflow.messaging.waiting import pauses

log = logging.getLogger(__name__)
AGAIN = (0.2, 2.0)
"""Seconds between two looks for a Kafka that is away: it is not to wait for us once it is back."""
LARGEST = 1_048_576  # bytes of one record
BATCH = 262_144
ABOUT_THE_RECORD = (
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
"""Errors after which the producer is as good as before."""
CONSUMING: dict[str, Any] = {
    "enable_auto_commit": False,
    "auto_offset_reset": "earliest",
    # A lane asks for more only when it is done, so silence is no sign of death; time-outs are.
    "max_poll_interval_ms": 2**31 - 1,
    "rebalance_timeout_ms": 30_000,
    # What a member that was killed held waits so long for another: the least that Kafka allows.
    "session_timeout_ms": 6_000,
    "heartbeat_interval_ms": 2_000,
    # aiokafka may forget to ask for what it was just told to know, until it asks by itself.
    "metadata_max_age_ms": 30_000,
}


# Every client of this process connects by it; why is in docs/adr/0021.
aiokafka.conn.AIOKafkaConnection = Connection


class Kafka:
    """One idempotent producer for all, and consumers. Creating it connects to nothing."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def producer(self) -> AIOKafkaProducer:
        """The producer, started; for as long as Kafka can't be reached this waits."""
        async with self._starting:
            if self._producer is None:
                self._producer = await self._started()
            return self._producer

    async def renew(self, failed: AIOKafkaProducer) -> None:
        """Let go of a producer that has failed: the next one asked for is a new one."""
        if failed is self._producer:
            self._producer = None
            await let_go(failed)

    async def send_and_wait(
        self, topic: str, *, value: bytes | None, key: bytes | None, headers: Headers
    ) -> None:
        """Send one record and wait for the acknowledgement of every replica.

        Raises KafkaError, and lets go of the producer, which gets over nothing but errors about
        the record.
        """
        producer = await self.producer()
        try:
            await answered(producer.send_and_wait(topic, value=value, key=key, headers=headers))
        except ABOUT_THE_RECORD:
            raise
        except KafkaError:
            await self.renew(producer)
            raise

    def consumer(self, group: str | None) -> AIOKafkaConsumer:
        """A member of a group, not started; offsets are its user's business."""
        return AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=group, **CONSUMING)

    async def topics(self) -> set[str]:
        """The names of those that exist. Raises KafkaError."""
        kafka = self.consumer(None)
        try:
            await kafka.start()
            return set(await kafka.topics())
        finally:
            await let_go(kafka)

    async def close(self) -> None:
        """Give what is on its way 5 s; what is not acknowledged then is still in the outbox."""
        if self._producer:
            await self.renew(self._producer)

    async def _started(self) -> AIOKafkaProducer:
        for tries, pause in enumerate(pauses(*AGAIN)):
            try:
                return await self._connected()
            except (KafkaError, OSError) as error:
                if not tries:
                    log.warning("kafka.away", extra={"error": type(error).__name__})
                await asyncio.sleep(pause)
        raise AssertionError

    async def _connected(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            enable_idempotence=True,
            acks="all",
            max_request_size=LARGEST,
            max_batch_size=BATCH,
        )
        try:
            await answered(producer.start())
        except BaseException:  # a cancelled one has opened connections, too
            await let_go(producer)
            raise
        return producer

"""Kafka as tests see it: topics, clients, records; and one that can be stopped and started."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from contactflow.events import Topic
from contactflow.messaging.clients import let_go
from contactflow.messaging.deadletters import whole
from contactflow.messaging.envelope import Record
from contactflow.messaging.kafka import CONSUMING
from contactflow.testing.kafka_server import KafkaServer
from contactflow.testing.topics import create_topics, new_topics


class Broker:
    """A running Kafka, by its address."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    async def topic(self, *topics: Topic | str, partitions: int = 3) -> None:
        """Make topics, each with the one for its dead letters; those that exist stay as they are.

        Of a name alone (a test's own topic) `partitions` says how many.
        """
        declared = [
            one if isinstance(one, Topic) else Topic(one, partitions=partitions) for one in topics
        ]
        await create_topics(self.bootstrap, new_topics(declared))

    @asynccontextmanager
    async def producer(self) -> AsyncIterator[AIOKafkaProducer]:
        """A producer that is set up as the services' own."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap, enable_idempotence=True, acks="all"
        )
        await producer.start()
        try:
            yield producer
        finally:
            await let_go(producer)

    def consumer(self, group: str, **settings: Any) -> AIOKafkaConsumer:
        """A consumer, not yet started, that is set up as the services' own."""
        return AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, group_id=group, **{**CONSUMING, **settings}
        )

    async def records(self, *topics: str) -> list[Record]:
        """Everything on these topics, from their first offsets; each partition in its order."""
        return [one async for one in whole(self.bootstrap, *topics)]

    async def forget(self, *names: str) -> None:
        """Delete topics with all that is on them."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            await admin.delete_topics(list(names))
        finally:
            await admin.close()


class OwnBroker(Broker):
    """A Kafka that a test may stop: it keeps its records, and its address."""

    def __init__(self, server: KafkaServer) -> None:
        super().__init__(server.bootstrap)
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        """Where its files are: records, settings, log."""
        return self._server.home

    async def start(self) -> None:
        """Return when it is ready; one that runs is left alone."""
        await asyncio.to_thread(self.start_now)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Return when the process is gone. SIGKILL is a crash: nothing is said, nothing is lost."""
        await asyncio.to_thread(self.stop_now, number)

    def start_now(self) -> None:
        if self.is_alive():
            return
        self._server.prepare()
        command = self._server.command()
        with (self._server.home / "kafka.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603  our own
        self._server.ready(self.is_alive)

    def stop_now(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self._process:
            self._signal(number)
            self._process.wait()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It answers nothing, and refuses nobody."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def is_alive(self) -> bool:
        """Whether its process is."""
        return self._process is not None and self._process.poll() is None

    def _signal(self, number: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(number)

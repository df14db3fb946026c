"""Connections to Kafka that break, on the event loop of the processes and on that of the tests."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvloop
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from contactflow.testing.kafka import Broker

LOOPS = [uvloop.new_event_loop, asyncio.new_event_loop]
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close and forget
TIMELY = 10.0  # seconds; a request gives up by itself after 40


class Way:
    """A way to Kafka, through us."""

    def __init__(self) -> None:
        self.silent = False
        self._taken: list[asyncio.StreamWriter] = []

    async def lead(
        self, bootstrap: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._taken.append(writer)
        answers, asks = await asyncio.open_connection(*bootstrap.split(":"))
        await asyncio.gather(self._pass_on(reader, asks), self._pass_on(answers, writer))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                if not self.silent:
                    writer.write(data)
        writer.close()

    def end(self) -> None:
        """As a process does that ends."""
        for writer in self._taken:
            writer.close()

    def reset(self) -> None:
        """As a process does that ends with something unread."""
        for writer in self._taken:
            ours: socket.socket = writer.get_extra_info("socket")
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


@asynccontextmanager
async def a_way(bootstrap: str) -> AsyncIterator[tuple[Way, Any]]:
    """With a connection that goes it."""
    way = Way()

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await way.lead(bootstrap, reader, writer)

    server = await asyncio.start_server(taken, "127.0.0.1")
    async with server:
        host, port = server.sockets[0].getsockname()
        try:
            yield way, await create_conn(host, port)
        finally:
            way.end()


async def run(loop: Callable[[], asyncio.AbstractEventLoop], what: Coroutine[Any, Any, Any]) -> Any:
    """On an event loop of its own."""

    def ran() -> Any:
        with asyncio.Runner(loop_factory=loop) as runner:
            return runner.run(what)

    return await asyncio.to_thread(ran)


async def asked_while_it_breaks(bootstrap: str) -> None:
    """Ask again and again, at every turn of the loop, until a question is refused."""
    async with a_way(bootstrap) as (way, connection):
        way.silent = True
        answers = []
        way.reset()
        try:
            async with asyncio.timeout(TIMELY):
                while True:
                    answers.append(connection.send(MetadataRequest([])))
                    await asyncio.sleep(0)
        finally:
            await asyncio.gather(*answers, return_exceptions=True)


async def let_go_of_while_it_waits(bootstrap: str) -> None:
    """As aiokafka does that finds one broken before the connection itself noticed."""
    async with a_way(bootstrap) as (way, connection):
        way.silent = True
        answer = asyncio.ensure_future(connection.send(MetadataRequest([])))
        await asyncio.sleep(0)  # it is on its way
        way.end()
        while connection.connected():
            await asyncio.sleep(0)
        del connection
        async with asyncio.timeout(TIMELY):
            await answer


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("breaks", [asked_while_it_breaks, let_go_of_while_it_waits])
async def test_a_broken_connection_is_an_error_of_kafka_at_once(
    broker: Broker, loop: Callable[[], asyncio.AbstractEventLoop], breaks: Callable[[str], Any]
) -> None:
    with pytest.raises(KafkaConnectionError):
        await run(loop, breaks(broker.bootstrap))

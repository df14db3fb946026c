"""Connections to Kafka that break, on the event loop of the processes and on that of the tests."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
import uvloop
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from contactflow.testing.kafka import Broker

AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: a close is a reset


@asynccontextmanager
async def cuttable(bootstrap: str) -> AsyncIterator[tuple[int, Callable[[], None]]]:
    """The port of a way to Kafka, and what resets every connection that goes it."""
    host, port = bootstrap.split(":")
    taken: list[asyncio.StreamWriter] = []

    async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(writer)
        answers, asks = await asyncio.open_connection(host, port)
        await asyncio.gather(passed_on(reader, asks), passed_on(answers, writer))

    def cut() -> None:
        for writer in taken:
            ours: socket.socket = writer.get_extra_info("socket")
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            writer.transport.abort()

    server = await asyncio.start_server(connected, host)
    async with server:
        yield server.sockets[0].getsockname()[1], cut


async def asked_while_it_breaks(bootstrap: str) -> None:
    """Ask again and again, at every turn of the loop, until a question is refused."""
    async with cuttable(bootstrap) as (port, cut), asyncio.timeout(30):
        connection = await create_conn("127.0.0.1", port)
        answers = [connection.send(MetadataRequest([]))]
        await answers.pop()
        cut()
        try:
            while True:
                answers.append(connection.send(MetadataRequest([])))
                await asyncio.sleep(0)
        finally:
            await asyncio.gather(*answers, return_exceptions=True)


@pytest.mark.parametrize("loop", [uvloop.new_event_loop, asyncio.new_event_loop])
async def test_a_connection_that_is_reset_is_an_error_of_kafka(
    broker: Broker, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    def asked() -> None:
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(asked_while_it_breaks(broker.bootstrap))

    with pytest.raises(KafkaConnectionError):
        await asyncio.to_thread(asked)

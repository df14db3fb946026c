"""Connections to Kafka's brokers, on any event loop."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError


class Connection(AIOKafkaConnection):  # type: ignore[misc]
    """One whose end is at once an error of Kafka's to whoever waits, as aiokafka expects.

    Two things keep it from that, and each left a consumer without a word, while its lag stood
    still. Right after a reset, uvloop answers a write with a RuntimeError where asyncio says
    nothing (https://github.com/aio-libs/aiokafka/issues/1038): the task that looks for the brokers
    ended by it. And a connection that aiokafka finds ended, before the connection itself has read
    so, is thrown away with the requests that it has not answered: they waited for 40 s.
    """

    async def connect(self) -> Any:
        """See AIOKafkaConnection. Raises KafkaError, OSError."""
        with _lost():
            return await super().connect()

    def connected(self) -> bool:
        """Whether it is; one that is not any more tells so to all who wait for its answers."""
        alive = bool(super().connected())
        if not alive and self._reader and not self._loop.is_closed():
            self.close(reason=CloseReason.CONNECTION_BROKEN)
        return alive

    def send(self, request: Any, expect_response: bool = True) -> Awaitable[Any]:  # noqa: FBT001, FBT002  as aiokafka calls it
        """The answer, once it is there. Raises KafkaError."""
        with _lost():
            answer: Awaitable[Any] = super().send(request, expect_response)
        return answer


@contextmanager
def _lost() -> Iterator[None]:
    """What uvloop raises is a RuntimeError and nothing more; Kafka's errors are kinds of it."""
    try:
        yield
    except RuntimeError as error:
        if type(error) is not RuntimeError:
            raise
        raise KafkaConnectionError("The connection is broken") from error

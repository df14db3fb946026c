"""Connections to Kafka's brokers, on any event loop."""

from collections.abc import Awaitable
from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError, KafkaError


class Connection(AIOKafkaConnection):  # type: ignore[misc]
    """One whose end is at once an error of Kafka's to whoever waits, as aiokafka expects.

    Two things keep it from that, and each left a consumer without a word, while its lag stood
    still. Right after a reset, uvloop answers a write with a RuntimeError where asyncio says
    nothing (https://github.com/aio-libs/aiokafka/issues/1038): the task that looks for the brokers
    ended by it. And a connection that aiokafka finds ended, before the connection itself has read
    so, is thrown away with the requests that it has not answered: they waited for 40 s.
    """

    def connected(self) -> bool:
        """Whether it is; one that is not any more tells so to all who wait for its answers."""
        alive = bool(super().connected())
        if not alive:
            self.close(reason=CloseReason.CONNECTION_BROKEN)
        return alive

    def send(self, request: Any, expect_response: bool = True) -> Awaitable[Any]:  # noqa: FBT001, FBT002  as aiokafka calls it
        """The answer, once it is there. Raises KafkaError."""
        try:
            answer: Awaitable[Any] = super().send(request, expect_response)
        except KafkaError:  # these are RuntimeErrors, too
            raise
        except RuntimeError as error:
            self.close(reason=CloseReason.CONNECTION_BROKEN, exc=error)
            raise KafkaConnectionError("The connection is broken") from error
        return answer

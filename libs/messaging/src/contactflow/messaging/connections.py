"""Connections to Kafka's brokers, on any event loop."""

from collections.abc import Awaitable
from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError, KafkaError


class Connection(AIOKafkaConnection):  # type: ignore[misc]
    """One whose loss is an error of Kafka's, as aiokafka expects of every loss.

    Right after a reset, uvloop answers a write with a RuntimeError where asyncio says nothing
    (https://github.com/aio-libs/aiokafka/issues/1038). The task that looks for the brokers ended
    by it, without a word, and its consumer waited for ever.
    """

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

"""How long a client may take to say what it wants: whoever stalls gives its connection back."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD: Final = 10.0
"""Seconds from a connection, or from the first byte of a further request, to the end of its
headers. uvicorn has no such limit; a body's is `contactflow.web.body.ARRIVES`."""


class PatientProtocol(HttpToolsProtocol):
    """Closes a connection whose request does not come."""

    def __init__(self, *given: Any, head: float = HEAD, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head = head
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Somebody is there: begin to wait."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """They have gone."""
        self._stop()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A further request begins."""
        super().on_message_begin()
        if self._waiting is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """They have said what they want."""
        self._stop()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self._head, self.transport.close)

    def _stop(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None

"""The HTTP part of a process: serves until told to stop, then lets requests finish."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, cast

import uvicorn

from contactflow.runtime.health import Health
from contactflow.runtime.patience import HEAD, PatientProtocol
from contactflow.runtime.service import Live
from contactflow.runtime.settings import Settings

log = logging.getLogger(__name__)
GRACE = 20
KEPT_OPEN = 30
"""Seconds that an idle connection is kept: longer than whoever asks keeps theirs (aiohttp 15, httpx
5), or a request would now and then meet one that is just being closed."""

LARGEST = 64 * 1024
"""Bytes of a message on a WebSocket."""


class _Server(uvicorn.Server):
    """One that leaves signals to the process, and says where it listens."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for one in self.servers:
            host, port = one.sockets[0].getsockname()[:2]
            log.info("http.serving", extra={"host": host, "port": port})


class HttpServer:
    """A part that answers HTTP. Requests get 20 s to finish after `stop`.

    With live connections the server stays up until they are finished: stopping it cuts them.
    """

    def __init__(
        self, health: Health, settings: Settings, live: Live | None = None, head: float = HEAD
    ) -> None:
        self._health, self._live, self._told = health, live, asyncio.Event()
        self._server = _Server(
            uvicorn.Config(
                health,
                host=settings.host,
                port=settings.port,
                http=cast(Any, partial(PatientProtocol, head=head)),
                access_log=False,  # a path holds ids, a query may hold anything
                log_config=None,
                server_header=False,
                proxy_headers=bool(settings.forwarded_allow_ips),
                forwarded_allow_ips=settings.forwarded_allow_ips,
                timeout_graceful_shutdown=GRACE,
                timeout_keep_alive=KEPT_OPEN,
                ws_max_size=LARGEST,
                ws_per_message_deflate=False,  # small frames of audio: it costs, and saves nothing
            )
        )

    def stop(self) -> None:
        """Say "not ready", take no new connection, let requests finish; then `run` returns."""
        self._health.drain()
        self._told.set()
        if self._live is None:
            self._server.should_exit = True

    async def run(self) -> None:
        """Serve until told to stop. Raises OSError when the address can't be had."""
        try:
            await self._serve()
        except SystemExit:  # uvicorn's word for it
            raise OSError("the address is taken") from None

    async def _serve(self) -> None:
        if self._live is None:
            return await self._server.serve()
        async with asyncio.TaskGroup() as tasks:
            leaving = tasks.create_task(self._leave(self._live))
            await self._server.serve()
            leaving.cancel()
        return None

    async def _leave(self, live: Live) -> None:
        await self._told.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(live.drain):
                await live.finished()
        self._server.should_exit = True

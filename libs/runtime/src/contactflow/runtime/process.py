"""One process of a service: its parts run until a signal, then drain."""

import asyncio
import logging
from collections.abc import Iterator, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from contactflow.erasure.catching_up import CatchingUp
from contactflow.kernel import Clock, system_clock
from contactflow.messaging import Depths, Part, run_parts
from contactflow.messaging.waiting import happens
from contactflow.messaging.worker import DRAIN
from contactflow.runtime import health
from contactflow.runtime.memory import settle
from contactflow.runtime.platform import Platform, platform
from contactflow.runtime.server import HttpServer
from contactflow.runtime.service import Live, Role, S, Service

log = logging.getLogger(__name__)
AGAIN = 1.0
MARGIN = 10.0  # seconds, for what ends after the last connection


async def run(service: Service[S], settings: S, role: Role, clock: Clock = system_clock) -> None:
    """Run until SIGTERM or SIGINT. Databases and Kafka may come later, go, and come back."""
    async with platform(service.name, settings, clock) as on, on.doorbell.ringing():
        live = service.media(on) if service.media and role.carries else None
        drain = max(DRAIN, live.drain + MARGIN) if live else DRAIN
        running = [*parts(service, on, role, live)]
        settle()
        await run_parts(running, drain=drain)


def parts(
    service: Service[S], on: Platform[S], role: Role, live: Live | None = None
) -> Iterator[Part]:
    """Everything that runs in such a process. The first to be told to stop is the first here."""
    app = service.create_app(on) if role.serves else health.nothing_here
    app = Together(app, live.app) if live else app
    migrated = health.migrations(on.works.engine, service.scripts)
    ledgers = list(_catching_up(service, on))
    gates = [*map(health.caught_up, ledgers)]
    prepared = [migrated, *gates]
    there = [health.database(on.works.engine), health.kafka(on.kafka, required=role.works)]
    front = health.Health(app, f"{service.name}-{role}", [*there, migrated], gates)
    yield HttpServer(front, on.settings, live)
    yield on.changes
    for ledger in ledgers:
        yield After([migrated], ledger)
    if role.works:
        for part in service.parts(on, on.backbone):
            yield After(prepared, part)
        if on.settings.metrics_port is not None:
            yield After([migrated], Depths(on.system, on.clock))
    for part in live.parts if live else ():
        yield After(prepared, part)


def _catching_up(service: Service[S], on: Platform[S]) -> Iterator[CatchingUp]:
    """What was erased stays erased in a database that was restored."""
    if service.participant:
        yield service.participant.replay(on.ledger, on.works, on.system, on.clock, on.objects)
    if service.catching_up:
        yield service.catching_up(on)


class Together:
    """One application for requests, another for the WebSockets that live beside them."""

    def __init__(self, requests: ASGIApp, sockets: ASGIApp) -> None:
        self._requests, self._sockets = requests, sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on."""
        app = self._sockets if scope["type"] == "websocket" else self._requests
        await app(scope, receive, send)


class After:
    """A part that begins once the checks pass.

    A worker whose tables are not there yet would take every event for poison; one that begins
    before its database is up to date would work on people who were erased.
    """

    def __init__(self, checks: Sequence[health.Check], part: Part) -> None:
        self._checks, self._part = checks, part
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Do not begin any more, or stop what has begun."""
        self._stopping.set()
        self._part.stop()

    async def run(self) -> None:
        """Wait, then run the part."""
        said = None
        while not self._stopping.is_set() and (failed := await self._failed()):
            if failed != said:
                log.warning("part.waits", extra={"reason": failed})
                said = failed
            await happens(self._stopping, within=AGAIN)
        if not self._stopping.is_set():
            await self._part.run()

    async def _failed(self) -> str | None:
        """The first check that does not pass."""
        for check in self._checks:
            if not await check.passes():
                return check.name
        return None

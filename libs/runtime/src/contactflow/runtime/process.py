"""One process of a service: its parts run until a signal, then drain."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress

from contactflow.kernel import Clock, system_clock
from contactflow.messaging import Part, run_parts
from contactflow.runtime import health
from contactflow.runtime.platform import Platform, platform
from contactflow.runtime.server import HttpServer
from contactflow.runtime.service import Role, S, Service

log = logging.getLogger(__name__)
AGAIN = 1.0


async def run(service: Service[S], settings: S, role: Role, clock: Clock = system_clock) -> None:
    """Run until SIGTERM or SIGINT. Databases and Kafka may come later, go, and come back."""
    async with platform(service.name, settings, clock) as on:
        await run_parts(parts(service, on, role))


def parts(service: Service[S], on: Platform[S], role: Role) -> Iterator[Part]:
    """Everything that runs in such a process. The first to be told to stop is the first here."""
    app = service.create_app(on) if role.serves else health.nothing_here
    migrated = health.migrations(on.works.engine, service.scripts)
    checks = [
        health.database(on.works.engine),
        migrated,
        health.kafka(on.kafka, required=role.works),
    ]
    front = health.Health(app, f"{service.name}-{role}", checks)
    yield HttpServer(front, on.settings)
    yield on.changes
    if role.works:
        for part in service.parts(on, on.backbone):
            yield After(migrated, part)
    yield on.doorbell


class After:
    """A part that begins once a check passes.

    A worker whose tables are not there yet would take every event for poison.
    """

    def __init__(self, check: health.Check, part: Part) -> None:
        self._check, self._part = check, part
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Do not begin any more, or stop what has begun."""
        self._stopping.set()
        self._part.stop()

    async def run(self) -> None:
        """Wait, then run the part."""
        said = False
        while not (self._stopping.is_set() or await self._check.passes()):
            if not said:
                log.warning("part.waits", extra={"reason": self._check.name})
                said = True
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN):
                    await self._stopping.wait()
        if not self._stopping.is_set():
            await self._part.run()

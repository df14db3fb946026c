"""One process of a service: its parts run until a signal, then drain."""

from collections.abc import Iterator

from contactflow.kernel import Clock, system_clock
from contactflow.messaging import Part, run_parts
from contactflow.runtime import health
from contactflow.runtime.platform import Platform, platform
from contactflow.runtime.server import HttpServer
from contactflow.runtime.service import Role, S, Service


async def run(service: Service[S], settings: S, role: Role, clock: Clock = system_clock) -> None:
    """Run until SIGTERM or SIGINT. Databases and Kafka may come later, go, and come back."""
    async with platform(service.name, settings, clock) as on:
        await run_parts(parts(service, on, role))


def parts(service: Service[S], on: Platform[S], role: Role) -> Iterator[Part]:
    """Everything that runs in such a process. The first to be told to stop is the first here."""
    app = service.create_app(on) if role.serves else health.nothing_here
    checks = [
        health.database(on.works.engine),
        health.migrations(on.works.engine, service.scripts),
        health.kafka(on.kafka, required=role.works),
    ]
    front = health.Health(app, f"{service.name}-{role}", checks)
    yield HttpServer(front, on.settings.host, on.settings.port)
    yield on.changes
    if role.works:
        yield from service.parts(on, on.backbone)
    yield on.doorbell

"""`python -m contactflow.<service> api|worker|all|migrate|deadletters|rewind`, and its own."""

import argparse
import logging
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import uvloop

from contactflow.kernel import Clock, system_clock
from contactflow.persistence.migrations import migrate
from contactflow.runtime import deadletters, process, rewinding
from contactflow.runtime.platform import platform
from contactflow.runtime.service import Command, Role, S, Service
from contactflow.runtime.settings import (
    KafkaSettings,
    MigrationSettings,
    SettingsError,
    TelemetrySettings,
    read,
)
from contactflow.telemetry import telemetry
from contactflow.telemetry.metrics import serving_metrics

log = logging.getLogger(__name__)
E = TypeVar("E", bound=TelemetrySettings)
MISCONFIGURED = 2
ROLES = {
    Role.API: "answer HTTP",
    Role.WORKER: "relay events, react to events, run jobs",
    Role.MEDIA: "carry live connections",
    Role.ALL: "everything in one process",
}


def main(
    service: Service[S], arguments: Sequence[str] | None = None, *, clock: Clock = system_clock
) -> None:
    """Do what the command line asks, and exit: 0 when it is done, 2 for a wrong environment."""
    asked = _parser(service).parse_args(arguments)
    try:
        sys.exit(_run(service, asked, clock))
    except SettingsError as error:
        sys.stderr.write("\n  ".join([f"{service.name} can't start:", *error.lines]) + "\n")
        sys.exit(MISCONFIGURED)


def _run(service: Service[S], asked: argparse.Namespace, clock: Clock) -> int:
    if asked.command == "migrate":
        return _told(service, "migrate", MigrationSettings, lambda its: _migrated(service, its))
    if asked.command == "deadletters":
        return uvloop.run(deadletters.run(service.name, read(KafkaSettings), asked))
    if asked.command == "rewind":
        return uvloop.run(rewinding.run(service.name, read(KafkaSettings), asked))
    for command in service.commands:
        if command.name == asked.command:
            return uvloop.run(_done(service, command, asked))
    role = Role(asked.command)
    return _told(service, role, service.settings, lambda its: _ran(service, its, role, clock))


def _told(
    service: Service[S], role: str, settings: type[E], does: Callable[[E], Coroutine[Any, Any, int]]
) -> int:
    """Read the settings, set up logs and traces, then do it."""
    its = read(settings)
    with telemetry(
        service.name, role, level=its.log_level, otlp_endpoint=its.otel_exporter_otlp_endpoint
    ):
        return uvloop.run(does(its))


async def _migrated(service: Service[S], settings: MigrationSettings) -> int:
    await migrate(settings.owner_database_url.get_secret_value(), service.scripts)
    return 0


async def _ran(service: Service[S], settings: S, role: Role, clock: Clock) -> int:
    host, port = settings.host, settings.metrics_port
    with serving_metrics(host, port, service=service.name, role=role) as found:
        if found:
            log.info("metrics.serving", extra={"host": host, "port": found})
        await process.run(service, settings, role, clock)
    return 0


async def _done(service: Service[S], command: Command[S], asked: argparse.Namespace) -> int:
    async with platform(service.name, read(service.settings)) as on:
        return await command.run(on, asked)


def _parser(service: Service[S]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m contactflow.{service.name}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for role, about in ROLES.items():
        if role is Role.MEDIA and service.media is None:
            continue
        commands.add_parser(role.value, help=about)
    commands.add_parser("migrate", help="bring the database to what this code expects")
    letters = commands.add_parser("deadletters", help="events that could not be applied")
    deadletters.add_arguments(letters)
    rewinding.add_arguments(commands.add_parser("rewind", help=rewinding.ABOUT))
    for command in service.commands:
        command.add_arguments(commands.add_parser(command.name, help=command.about))
    return parser

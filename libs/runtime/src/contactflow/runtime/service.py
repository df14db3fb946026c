"""What a service is to the machinery that runs it: a name and its two composition roots."""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from starlette.types import ASGIApp

from contactflow.erasure.participant import Participant
from contactflow.messaging import Backbone, Part
from contactflow.runtime.platform import Platform
from contactflow.runtime.settings import Settings

S = TypeVar("S", bound=Settings)


class Role(StrEnum):
    """What a process does: answer HTTP, work on events and jobs, or both."""

    API = "api"
    WORKER = "worker"
    ALL = "all"

    @property
    def serves(self) -> bool:
        """Whether the service's routes are answered here."""
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        """Whether relay, consumer and jobs run here."""
        return self is not Role.API


@dataclass(frozen=True, slots=True)
class Command(Generic[S]):
    """Something an operator can have a service do, besides running it.

    `run` has what a process of the service has, and gives the exit status; `about` is its help.
    """

    name: str
    about: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Platform[S], Namespace], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Service(Generic[S]):
    """A deployable.

    `create_app` puts the routes together, `parts` what a worker runs; `scripts` is the folder of
    the migrations (in its package, so that they are installed with it); `commands` are its own;
    `participant` is its part in erasures, when it holds personal data.
    """

    name: str
    settings: type[S]
    create_app: Callable[[Platform[S]], ASGIApp]
    parts: Callable[[Platform[S], Backbone], Iterable[Part]]
    scripts: Path
    commands: tuple[Command[S], ...] = ()
    participant: Participant | None = None

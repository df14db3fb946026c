"""What a service is to the machinery that runs it: a name and its composition roots."""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from starlette.types import ASGIApp

from contactflow.erasure.catching_up import CatchingUp
from contactflow.erasure.participant import Participant
from contactflow.messaging import Backbone, Part
from contactflow.runtime.platform import Platform
from contactflow.runtime.settings import Settings

S = TypeVar("S", bound=Settings)


class Role(StrEnum):
    """What a process does: answer HTTP, work on events and jobs, carry live media, or all of it."""

    API = "api"
    WORKER = "worker"
    MEDIA = "media"
    ALL = "all"

    @property
    def serves(self) -> bool:
        """Whether the service's routes are answered here."""
        return self in {Role.API, Role.ALL}

    @property
    def works(self) -> bool:
        """Whether relay, consumer and jobs run here."""
        return self in {Role.WORKER, Role.ALL}

    @property
    def carries(self) -> bool:
        """Whether live connections are held here, by a service that has them."""
        return self in {Role.MEDIA, Role.ALL}


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
class Live:
    """The part of a process that holds live connections, which outlast the signal to stop.

    `app` answers WebSockets; `parts` run beside it. Once the process is told to stop it is not
    ready any more, and ends when `finished` returns, after `drain` seconds at the latest.
    """

    app: ASGIApp
    parts: Sequence[Part]
    finished: Callable[[], Awaitable[None]]
    drain: float


@dataclass(frozen=True, slots=True)
class Service(Generic[S]):
    """A deployable.

    `create_app` puts the routes together, `parts` what a worker runs; `scripts` is the folder of
    the migrations (in its package, so that they are installed with it); `commands` are its own;
    `participant` is its part in erasures, when it holds personal data; `catching_up` makes what it
    does with their ledger instead, before it is ready, when it leads them; `media` makes what
    carries its live connections, when it has any: only then there is a role for that.
    """

    name: str
    settings: type[S]
    create_app: Callable[[Platform[S]], ASGIApp]
    parts: Callable[[Platform[S], Backbone], Iterable[Part]]
    scripts: Path
    commands: tuple[Command[S], ...] = ()
    participant: Participant | None = None
    catching_up: Callable[[Platform[S]], CatchingUp] | None = None
    media: Callable[[Platform[S]], Live] | None = None

"""A part that is a process of its own: started when it is missing, asked until it is ready."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from tools.stack.errors import StackError
from tools.stack.probes import trouble
from tools.stack.processes import last_words, spawn
from tools.stack.settings import ROOT, passed_on
from tools.stack.state import Part, State

READY = 120.0  # seconds; a model is read from disk in that time


@dataclass(frozen=True)
class Launch:
    """How a process is started, and asked how it is.

    `prepare` runs only when it has to be started: it does what comes before, and gives what the
    environment has besides `env`. `depends` is what that depends on, `metrics` is where Prometheus
    reads.
    """

    command: Sequence[str]
    url: str
    probes: Sequence[str]
    prepare: Callable[[], Mapping[str, str] | None] = lambda: None
    env: Mapping[str, str] = field(default_factory=dict)
    depends: object = None
    metrics: str = ""

    @property
    def recipe(self) -> str:
        """A digest: another one means that what runs was told something else."""
        said = json.dumps(
            [list(self.command), self.url, dict(self.env), self.depends], sort_keys=True
        )
        return sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Daemon:
    """`launch` is asked for when it is time, because addresses of other parts are in it."""

    name: str
    state: State
    launch: Callable[[], Launch]

    def start(self) -> bool:
        """Return when it is ready; False if it was there already. Raises StackError."""
        launch = self.launch()
        known = self.state.parts.get(self.name)
        if known and self.state.runs(self.name):
            if known.recipe == launch.recipe:
                self._ready(known)
                return False
            known.process.ask_to_end()
            known.process.wait()
        env = {**passed_on(), **launch.env, **(launch.prepare() or {})}
        log = self.state.home / "logs" / f"{self.name}.log"
        process = spawn(launch.command, env=env, cwd=ROOT, log=log)
        part = Part(
            self.name, process, log, launch.url, list(launch.probes), launch.recipe, launch.metrics
        )
        self.state.note(part)
        self._ready(part)
        return True

    def _ready(self, part: Part) -> None:
        deadline = time.monotonic() + READY
        while wrong := next(filter(None, map(trouble, part.probes)), None):
            if not part.process.is_alive():
                raise StackError(part.name, "ended while it started.", said=last_words(part.log))
            if time.monotonic() > deadline:
                raise StackError(part.name, "does not get ready:", wrong, said=last_words(part.log))
            time.sleep(0.05)

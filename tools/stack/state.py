"""What the stack remembers: what runs, at which addresses, what was done; and `stack.json`."""

import fcntl
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from contactflow.testing.ports import free_port
from contactflow.testing.settings import home
from tools.stack.errors import StackError
from tools.stack.processes import Process
from tools.stack.settings import ROOT


@dataclass(frozen=True)
class Part:
    """Something that was started: its process, its log, the URLs that tell how it is and fares.

    `recipe` is a digest of how it was started: another one means that it has to start anew.
    """

    name: str
    process: Process
    log: Path
    url: str
    probes: list[str]
    recipe: str
    metrics: str = ""


@dataclass
class State:
    """Kept in `state.json` after each step, so that an interrupted one goes on where it was.

    `done` holds digests of what need not be done again (migrations, topics), `demo` what the
    seeded workspace is called.
    """

    home: Path
    ports: dict[str, int] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)
    demo: dict[str, str] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.RLock, repr=False)

    def port(self, name: str, wanted: int, part: str | None = None) -> int:
        """The port it has or had, else the wanted one, else a free one when that is taken."""
        with self._lock:
            if self.runs(part or name):
                return self.ports[name]
            others = {port for other, port in self.ports.items() if other != name}
            found = free_port(self.ports.get(name, wanted))
            while found in others:
                found = free_port()
            self.ports[name] = found
            self.save()
            return found

    def runs(self, name: str) -> bool:
        """Whether the part was started and is still there."""
        return name in self.parts and self.parts[name].process.is_alive()

    def note(self, part: Part) -> None:
        """Remember what was started."""
        with self._lock:
            self.parts[part.name] = part
            self.save()

    def drop(self, name: str) -> None:
        """Forget what was stopped."""
        with self._lock:
            self.parts.pop(name, None)
            self.save()

    def finish(self, step: str, digest: str) -> None:
        """Remember that a step was done."""
        with self._lock:
            self.done[step] = digest
            self.save()

    def save(self) -> None:
        with self._lock:
            kept = {key: getattr(self, key) for key in ("ports", "done", "demo")}
            kept["parts"] = {name: asdict(part) for name, part in self.parts.items()}
            write_private(self.home / "state.json", kept)


def recall(folder: Path) -> State:
    """The state as it was noted last; an empty one where nothing was."""
    try:
        kept = json.loads((folder / "state.json").read_text())
    except FileNotFoundError:
        return State(folder)
    parts = {name: _part(**one) for name, one in kept.pop("parts").items()}
    return State(folder, parts=parts, **kept)


def load(folder: Path | None = None) -> dict[str, Any]:
    """`stack.json` of the stack that was started last. Raises StackError when there is none."""
    try:
        said: dict[str, Any] = json.loads(((folder or home(ROOT)) / "stack.json").read_text())
    except FileNotFoundError:
        raise StackError("No stack was started yet: run `make up`.") from None
    return said


def write_private(path: Path, content: object) -> None:
    """Replace a file at once by one that only we can read."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(content, indent=2, default=str))
    fresh.replace(path)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one of us changes a stack at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError("Another command is at work on the stack in", folder) from None
        yield


def _part(process: dict[str, Any], log: str, **said: Any) -> Part:
    return Part(process=Process(**process), log=Path(log), **said)

"""Processes that outlive who started them."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PATIENCE = 40.0
LAST_LINES = 15
SAME = 2.0  # seconds by which the start of one process may be told differently


@dataclass(frozen=True)
class Process:
    """A process that we started; `started` tells it from a later one with the same pid."""

    pid: int
    started: float
    ends_by: str = "SIGTERM"

    @classmethod
    def of(cls, pid: int, ends_by: str = "SIGTERM") -> "Process":
        """One that runs. Raises psutil.NoSuchProcess."""
        return cls(pid, psutil.Process(pid).create_time(), ends_by)

    def is_alive(self) -> bool:
        """Whether it still runs and holds its ports; who only waits for its parent has ended.

        A process is a zombie as soon as its first thread is gone, and keeps its files and ports
        until the last one is: killed in the middle of a request, that takes a moment.
        """
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.started) < SAME
            has_ended = found.status() == psutil.STATUS_ZOMBIE and found.num_threads() == 1
        except psutil.NoSuchProcess:
            return False
        return same and not has_ended

    def ask_to_end(self) -> None:
        """Tell it to finish what it does and go."""
        if self.is_alive():
            os.kill(self.pid, signal.Signals[self.ends_by])

    def kill(self) -> None:
        """End it as a crash does. Returns when it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def wait(self, patience: float = PATIENCE) -> bool:
        """Return when it is gone; who does not go within `patience` seconds is killed (False)."""
        deadline = time.monotonic() + patience
        while self.is_alive():
            if time.monotonic() > deadline:
                self.kill()
                return False
            time.sleep(0.02)
        return True


def spawn(command: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path) -> Process:
    """Start a process in a session of its own, so that Ctrl-C here does not reach it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        started = subprocess.Popen(  # noqa: S603  our own commands
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started.returncode = 0  # not ours to wait for: it goes on after us
    return Process.of(started.pid)


def last_words(log: Path, lines: int = LAST_LINES) -> str:
    """The end of a log."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 20_000))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])

"""Parents that have a service's code in memory, one for each, and fork its processes.

Importing the libraries costs four seconds of a processor in each process; a fork costs none, so
that what was killed is back at once. The child is a process as any other: a session, an
environment and a command line of its own.
"""

import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tools.stack.processes import Process
from tools.stack.services import names
from tools.stack.settings import ROOT, passed_on

ALSO = [
    "aiokafka",
    "asyncpg",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
]
"""What is imported only when it is first used."""

PARTS = ("app", "worker")


class Nursery:
    """Starts processes as `tools.stack.processes.spawn` does; `parents` by the service's name."""

    def __init__(self, parents: Mapping[str, "subprocess.Popen[str]"]) -> None:
        self._parents = parents

    def spawn(
        self, command: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path
    ) -> Process:
        """Run `python -m PROGRAM ...`, a program whose last name is that of its service."""
        log.parent.mkdir(parents=True, exist_ok=True)
        _, _, program, *arguments = command
        parent = self._parents[program.rpartition(".")[2]]
        wanted = {"program": program, "arguments": arguments, "env": {**env}}
        wanted |= {"cwd": str(cwd), "log": str(log)}
        assert parent.stdin
        assert parent.stdout
        parent.stdin.write(json.dumps(wanted) + "\n")
        parent.stdin.flush()
        return Process.of(int(parent.stdout.readline()))


@contextmanager
def a_nursery() -> Iterator[Nursery]:
    """Its children go on without it, and are its user's to end."""
    with ExitStack() as stack:
        yield Nursery({name: stack.enter_context(_parent(name)) for name in names()})


@contextmanager
def _parent(name: str) -> Iterator["subprocess.Popen[str]"]:
    command, piped = [sys.executable, "-m", "tests.e2e.nursery", name], subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=passed_on(), stdin=piped, stdout=piped, text=True
    ) as parent:
        try:
            yield parent
        finally:
            assert parent.stdin
            parent.stdin.close()


def main(name: str) -> None:
    """Fork whatever is asked for, line by line, until nobody asks any more."""
    for module in (*(f"contactflow.{name}.{part}" for part in PARTS), *ALSO):
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        wanted = json.loads(line)
        if child := os.fork():
            sys.stdout.write(f"{child}\n")
            sys.stdout.flush()
        else:
            return become(wanted)
    return None


def become(wanted: Mapping[str, Any]) -> None:
    """What `python -m` does, in a process that was forked."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    out = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    os.environ.clear()  # noqa: TID251  the environment that was asked for
    os.environ.update(wanted["env"])  # noqa: TID251  as above
    os.chdir(wanted["cwd"])
    sys.argv[1:] = wanted["arguments"]
    runpy.run_module(wanted["program"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

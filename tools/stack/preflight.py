"""What a machine has to have, said in plain sentences before anything is fetched."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from contactflow.testing.ports import free_port
from tools.stack.errors import StackError

GB = 1_000_000_000
JAVA = 17


@dataclass(frozen=True)
class Needs:
    """What the missing parts are going to take."""

    java: bool
    maven: bool
    disk: int
    home: Path
    npm: bool = False


@dataclass(frozen=True)
class Machine:
    """What there is; an argument, so that tests can have another one."""

    find: Callable[[str], str | None] = shutil.which
    free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    port: Callable[[], int] = free_port

    def java(self) -> int | None:
        """The major version of the Java that is found first; None without one."""
        path = self.find("java")
        if path is None:
            return None
        said = subprocess.run([path, "-version"], check=False, capture_output=True, text=True)  # noqa: S603  asks for its version
        found = re.search(r'version "(\d+)', said.stderr + said.stdout)
        return int(found[1]) if found else 0


def check(needs: Needs, machine: Machine) -> None:
    """Raises StackError with a sentence for each thing that is missing."""
    sentences = list(missing(needs, machine))
    if sentences:
        raise StackError("\n".join(sentences))


def missing(needs: Needs, machine: Machine) -> Iterator[str]:
    """One sentence for each thing that is missing, with how to get it."""
    if needs.java:
        yield from _java(machine)
    if needs.maven and machine.find("mvn") is None:
        yield "Maven is missing, which fetches Kafka (on Debian: apt-get install maven)."
    if needs.npm and machine.find("npm") is None:
        yield "npm is missing, which fetches the French voice (on Debian: apt-get install npm)."
    yield from _disk(needs, machine)
    try:
        machine.port()
    except OSError:
        yield "No port can be opened on 127.0.0.1: is the loopback interface up?"


def _java(machine: Machine) -> Iterator[str]:
    how = f"(on Debian: apt-get install openjdk-{JAVA}-jre-headless)"
    version = machine.java()
    if version is None:
        yield f"Java is missing, which Kafka runs on: install Java {JAVA} or newer {how}."
    elif version < JAVA:
        yield f"Java {version} is too old for Kafka: install Java {JAVA} or newer {how}."


def _disk(needs: Needs, machine: Machine) -> Iterator[str]:
    free = machine.free(needs.home)
    if free < needs.disk:
        yield (
            f"{needs.home} needs {needs.disk / GB:.1f} GB of free disk and has {free / GB:.1f}:"
            " make room, or name another folder by CONTACTFLOW_HOME."
        )

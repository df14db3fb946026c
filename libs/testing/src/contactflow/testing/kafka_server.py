"""A real Apache Kafka: one KRaft node, its settings, its command line, its readiness."""

import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from contactflow.testing.errors import ServerError
from contactflow.testing.jars import alone, jars
from contactflow.testing.ports import LOCAL, free_port

FILES = Path(__file__).with_name("kafka_files")
JVM = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xlog:disable")
LOGGING = f"-Dlog4j2.configurationFile={FILES / 'log4j2.properties'}"
CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg"
READY = 60.0
SIGTERMED = 143


@dataclass(frozen=True)
class Kit:
    """Jars, and an archive of loaded classes that brings the start from 4 s to 1 s."""

    jars: list[Path]
    archive: Path

    def java(self, *options: str) -> list[str]:
        """The start of a command line; a class of Kafka's and its arguments follow."""
        path = ":".join(map(str, self.jars))
        return ["java", *JVM, *options, LOGGING, "-cp", path]

    def archived(self) -> list[str]:
        """The same, with the archive."""
        return self.java(f"-XX:SharedArchiveFile={self.archive}")


def kit(folder: Path) -> Kit:
    """What Kafka needs, in `folder/jars`: fetched and archived the first time (30 s)."""
    place = (folder / "jars").resolve()  # by another name the archive would not fit
    found = Kit(jars(place), place / "classes.jsa")
    if not found.archive.exists():
        with alone(folder / "archive.lock"):
            if not found.archive.exists():
                _archive(found)
    return found


class KafkaServer:
    """One node in a folder. `prepare`, run `command`, then wait until `ready`."""

    def __init__(self, kit: Kit, home: Path, port: int, controller: int) -> None:
        self.home, self.port, self.controller = home, port, controller
        self.bootstrap = f"{LOCAL}:{port}"
        self._kit, self._config = kit, home / "server.properties"

    def command(self) -> list[str]:
        """What runs it, once it is prepared."""
        return [*self._kit.archived(), "kafka.Kafka", str(self._config)]

    def prepare(self) -> None:
        """Write the settings, and format the storage once."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._config.write_text(self._settings())
        if not (self.home / "data" / "meta.properties").exists():
            shutil.rmtree(self.home / "data", ignore_errors=True)  # half of an attempt
            self._format()

    def ready(self, alive: Callable[[], bool]) -> None:
        """Return when it answers. Raises ServerError when it died or takes a minute."""
        deadline = time.monotonic() + READY
        while not is_ready(self.port):
            if not alive():
                raise ServerError("Kafka ended while it started")
            if time.monotonic() > deadline:
                raise ServerError("Kafka was not ready within a minute")
            time.sleep(0.05)

    def _format(self) -> None:
        tool = ["kafka.tools.StorageTool", "format", "--standalone", "-t", CLUSTER]
        command = [*self._kit.archived(), *tool, "-c", str(self._config)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  our own
        if done.returncode != 0:
            raise ServerError("Kafka's storage could not be formatted", done.stderr[-2000:])

    def _settings(self) -> str:
        return (
            (FILES / "server.properties")
            .read_text()
            .format(home=self.home, port=self.port, controller=self.controller)
        )


def is_ready(port: int) -> bool:
    """Whether a broker answers a request for metadata (Metadata v1) and is listed."""
    body = struct.pack(">hhih5si", 3, 1, 7, 5, b"probe", 0)
    try:
        with socket.create_connection((LOCAL, port), timeout=1) as connection:
            connection.sendall(struct.pack(">i", len(body)) + body)
            answer = connection.recv(64)
    except OSError:
        return False
    return len(answer) >= 12 and struct.unpack(">i", answer[8:12])[0] > 0  # noqa: PLR2004  header, count


def _archive(found: Kit) -> None:
    """Run a throw-away node once; its JVM writes the archive when it ends."""
    fresh = found.archive.with_suffix(".new")
    with TemporaryDirectory() as home:
        server = KafkaServer(found, Path(home), free_port(), free_port())
        server.prepare()
        said = server.command()[-2:]
        command = [*found.java(f"-XX:ArchiveClassesAtExit={fresh}"), *said]
        nowhere = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=nowhere, stderr=nowhere) as process:  # noqa: S603  our own
            try:
                server.ready(lambda: process.poll() is None)
            finally:
                process.send_signal(signal.SIGTERM)
    fresh.rename(found.archive)

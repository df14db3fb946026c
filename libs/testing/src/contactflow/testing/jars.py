"""Kafka's jars, fetched once by Maven."""

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from contactflow.testing.errors import ServerError

POM = Path(__file__).with_name("kafka_files") / "pom.xml"
COPY = ("dependency:copy-dependencies", "-DincludeScope=runtime")


def jars(folder: Path) -> list[Path]:
    """The jars in a folder, sorted; fetched into it when they are not there, complete and current.

    Two processes may ask at once: one fetches, the other waits. Raises ServerError.
    """
    if not is_complete(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with alone(folder.with_suffix(".lock")):
            if not is_complete(folder):
                _fetch(folder)
    return sorted(folder.glob("*.jar"))


def is_complete(folder: Path) -> bool:
    """Whether the folder holds what the pom asks for."""
    done = folder / "pom.sha256"
    return done.exists() and done.read_text() == _wanted()


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock file while no other process does."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path) -> None:
    """Into a folder beside, which takes the place when it is whole."""
    fresh = folder.with_suffix(".new")
    for old in (fresh, folder):
        shutil.rmtree(old, ignore_errors=True)
    fresh.mkdir()
    maven = ["mvn", "-q", "-B", "-f", str(POM), *COPY, f"-DoutputDirectory={fresh}"]
    done = subprocess.run(maven, check=False, capture_output=True, text=True)  # noqa: S603  our own
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise ServerError("Maven could not fetch Kafka", "\n".join(said[-15:]))
    (fresh / "pom.sha256").write_text(_wanted())
    fresh.rename(folder)


def _wanted() -> str:
    return sha256(POM.read_bytes()).hexdigest()

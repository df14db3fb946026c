"""Run the tests: each member in a pytest process of its own, as each is a process of its own.

    python -m tools.test [--long] [FOLDER ...]

Three suites run at a time, the longest first, on one PostgreSQL and one Kafka that start before
them and stop whatever happens. Answers 0 when every test passed, and closes with one line that
says how many did. With `--long` it runs what takes minutes, too.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from contactflow.testing.jars import is_complete
from contactflow.testing.plugin import a_broker, a_postgres
from contactflow.testing.settings import home
from tools.stack.errors import StackError
from tools.stack.preflight import GB, Machine, Needs, check

ROOT = Path(__file__).parent.parent
AT_A_TIME = 3
"""On two cores, too: for half of its time a suite waits, for a voice, a browser or a process."""
LONGEST = (
    "services/voice/tests/session",
    "tests/e2e",
    "services/voice",
    "tests/hostile",
    "tests/chaos",
    "services/privacy",
    "services/chat",
    "services/gateway",
    "libs/runtime",
    "libs/messaging",
    "tests/packaging",
    "tools/stack",
    "libs/erasure",
)
"""They begin first, the longest before the others: so that none goes on alone in the end."""
APART = ("services/voice/tests/session",)
"""Parts of a member's tests that are a suite of their own: calls in real time."""
NO_TESTS = 5  # pytest's exit status
LONG = ["-m", "not local_ai"]
"""What pytest is told to leave out where nothing is too long."""

PRINTING = threading.Lock()
RUNNING: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Outcome:
    """How a suite ended; one that broke off counts as one more failure."""

    passed: int
    failed: int
    skipped: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.test")
    parser.add_argument("wanted", nargs="*", metavar="FOLDER", help="only what is in there")
    parser.add_argument("--long", action="store_true", help="what takes minutes, too")
    asked = parser.parse_args(arguments)
    wanted, options = asked.wanted, LONG if asked.long else []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped
    begun = time.monotonic()
    try:
        check(needs(), Machine())
    except StackError as missing:
        print(missing, file=sys.stderr)
        return 1
    with servers(len(wanted) != 1) as where:
        total = everything(wanted or suites(), [*options, *where])
    print(f"\n{total} in {time.monotonic() - begun:.0f} s", flush=True)
    return 1 if total.failed or not total.passed else 0


def needs() -> Needs:
    """What the servers take."""
    fetched = is_complete(home(ROOT) / "kafka" / "jars")
    return Needs(java=True, maven=not fetched, disk=GB, home=ROOT)


def suites() -> list[str]:
    """Every folder with tests of its own, in the order in which they begin."""
    found = sorted(one.parent for one in ROOT.glob("*/*/tests")) + sorted(ROOT.glob("tests/*/"))
    names = [str(one.relative_to(ROOT)) for one in found if any(one.rglob("test_*.py"))]
    names = [*dict.fromkeys(names), *APART]
    return [one for one in LONGEST if one in names] + [one for one in names if one not in LONGEST]


@contextmanager
def servers(shared: bool) -> Iterator[list[str]]:  # noqa: FBT001  the only thing it is told
    """Options that say where the servers are; a single suite starts what it needs by itself."""
    if not shared:
        yield []
        return
    with ExitStack() as stack, ThreadPoolExecutor() as starting:
        # Kafka's start is mostly Java's, PostgreSQL's is mostly the disk's: both at once.
        broker = starting.submit(stack.enter_context, a_broker(home(ROOT)))
        postgres = starting.submit(stack.enter_context, a_postgres())
        yield [
            f"--postgres={postgres.result().admin_url()}",
            f"--kafka={broker.result().bootstrap}",
        ]


def everything(folders: Sequence[str], options: list[str]) -> Outcome:
    """Run the suites, the next as soon as one of those that run has ended."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        try:
            runs = pool.map(lambda one: run(one, [*options, *beside(one, folders)]), folders)
            return sum(runs, Outcome(0, 0))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in RUNNING:
                process.terminate()
            raise


def beside(folder: str, others: Sequence[str]) -> list[str]:
    """What tells pytest to leave out those others that lie in the folder."""
    return [f"--ignore={other}" for other in others if other.startswith(f"{folder}/")]


def run(folder: str, options: list[str]) -> Outcome:
    """One suite. What it printed comes in one piece when it ends."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="contactflow-") as kept:
        report = Path(kept) / "report.xml"
        command = [sys.executable, "-m", "pytest", folder, f"--junitxml={report}", *options]
        command += ["--color=yes" if sys.stdout.isatty() else "--color=no"]
        piped = subprocess.PIPE
        with subprocess.Popen(  # noqa: S603  our own command
            command, cwd=ROOT, stdout=piped, stderr=subprocess.STDOUT
        ) as process:
            RUNNING.append(process)
            said, _ = process.communicate()
        outcome = read(report, process.returncode)
    with PRINTING:
        print(f"\n== {folder} ({time.monotonic() - begun:.0f} s)", flush=True)
        sys.stdout.buffer.write(said)
        sys.stdout.flush()
    return outcome


def read(report: Path, status: int) -> Outcome:
    """What pytest counted; a suite that ended otherwise than its count says has failed."""
    if not report.exists():
        return Outcome(0, 0 if status == NO_TESTS else 1)
    suite = ET.parse(report).getroot().find("testsuite")  # noqa: S314  pytest wrote it
    said = suite.attrib if suite is not None else {}
    tests, skipped = int(said.get("tests", 0)), int(said.get("skipped", 0))
    failed = int(said.get("failures", 0)) + int(said.get("errors", 0))
    if status not in {0, NO_TESTS}:
        failed = max(failed, 1)
    return Outcome(max(tests - failed - skipped, 0), failed, skipped)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

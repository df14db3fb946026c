"""python -m tests.load [PART]: one part, or all, each in a process of its own."""

import argparse
import subprocess
import sys
from importlib import import_module
from typing import Final

import uvloop

PARTS: Final = ("erasure", "messaging", "contacts", "chat", "gateway", "streams", "voice")


def one(part: str) -> int:
    """Measure and print; 1 if something is slower than it may be."""
    report = import_module(f"tests.load.{part}.report")
    return int(uvloop.run(report.main()))


def every() -> int:
    """As above. A process that knew the tables of two services could erase nobody in either."""
    command = [sys.executable, "-m", "tests.load"]
    ends = [subprocess.run([*command, part], check=False).returncode for part in PARTS]
    return int(any(ends))


def main() -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("part", nargs="?", choices=PARTS)
    part = parser.parse_args().part
    return one(part) if part else every()


if __name__ == "__main__":
    sys.exit(main())

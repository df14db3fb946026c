"""Run the tests: each member in a pytest process of its own, as each is a process of its own.

    python -m tools.test [FOLDER ...]

Answers 0 when every one passed.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main(wanted: list[str]) -> int:
    folders = wanted or [str(one.relative_to(ROOT)) for one in suites()]
    return max((run(one) for one in folders), default=0)


def suites() -> list[Path]:
    """Every folder with tests of its own."""
    return sorted(one.parent for one in ROOT.glob("*/*/tests")) + sorted(ROOT.glob("tests/*/"))


def run(folder: str) -> int:
    print(f"== {folder}", flush=True)
    command = [sys.executable, "-m", "pytest", folder]
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603  our own


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

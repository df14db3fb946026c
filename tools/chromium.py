"""The browser that pages are tested in: Debian's, installed when it is missing.

    python -m tools.chromium

Answers 1, and says what to do, when it is not to be had.
"""

import shutil
import subprocess
import sys

INSTALL = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"])


def main() -> int:
    if installed() or install():
        return 0
    print("The pages are tested in Chromium, and it could not be installed.", file=sys.stderr)
    print("Install it yourself: apt-get install chromium", file=sys.stderr)
    return 1


def installed() -> bool:
    return shutil.which("chromium") is not None


def install() -> bool:
    print("Installing Chromium, for the tests of the pages.", flush=True)
    if shutil.which("apt-get") is None:
        return False
    done = [subprocess.run(one, check=False, capture_output=True) for one in INSTALL]  # noqa: S603  our own commands
    return done[-1].returncode == 0 and installed()


if __name__ == "__main__":
    sys.exit(main())

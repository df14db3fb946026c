"""The local stack's collector of traces: keeps the latest, sends none on.

python -m tools.traces PORT FOLDER
"""

import signal
import sys
from pathlib import Path

from contactflow.testing.collector import a_collector
from tools.stack.traces import Kept


def main(arguments: list[str]) -> int:
    """Run until told to end."""
    port, folder = arguments
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with a_collector(Kept(Path(folder)).keep, int(port)):
        signal.sigwait(ends)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

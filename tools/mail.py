"""The local stack's mail server: takes every e-mail, sends none on, keeps each as a file.

python -m tools.mail PORT FOLDER
"""

import signal
import sys
from pathlib import Path

from contactflow.testing.mail import a_mail_server


def main(arguments: list[str]) -> int:
    """Run until told to end."""
    port, folder = arguments
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with a_mail_server(Path(folder), port=int(port)):
        signal.sigwait(ends)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The local AI's commands.

python -m tools.local_ai install            fetch what is missing (1.6 GB, once)
python -m tools.local_ai serve --port N     answer on 127.0.0.1 until stopped
"""

import argparse
import os
import sys
from pathlib import Path

from contactflow.testing.settings import home
from tools.local_ai.install import install, is_installed
from tools.local_ai.packages import CannotInstallError
from tools.local_ai.weights import Place

ROOT = Path(__file__).parents[2]
PLACE = Place(home(ROOT) / "ai")


def main(arguments: list[str]) -> int:
    wanted = parse(arguments)
    try:
        return serve(wanted.port) if wanted.command == "serve" else set_up()
    except CannotInstallError as refusal:
        print(refusal, file=sys.stderr)
        return 1


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.local_ai")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="fetch what is missing (1.6 GB, once)")
    serving = commands.add_parser("serve", help="answer on 127.0.0.1 until stopped")
    serving.add_argument("--port", type=int, required=True)
    return parser.parse_args(arguments)


def set_up() -> int:
    install(PLACE)
    print(f"The local AI is installed in {PLACE.root}.")
    return 0


def serve(port: int) -> int:
    """Become the server, in the local AI's own environment."""
    if not is_installed(PLACE):
        raise CannotInstallError("First: python -m tools.local_ai install")
    os.chdir(ROOT)
    command = [str(PLACE.python), "-m", "tools.local_ai.server", str(PLACE.root), str(port)]
    os.execv(command[0], command)  # noqa: S606  our own command, without a shell


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

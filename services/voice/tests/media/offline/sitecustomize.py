"""Put on its path, it lets a process of a test reach this machine only, and tells what it tried."""

import json
import sys
from typing import Any, Final

GUARDED: Final = "network.guarded"
REFUSED: Final = "network.refused"
HERE: Final = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}
NAMES: Final = {"socket.getaddrinfo", "socket.gethostbyname"}
ADDRESSES: Final = {"socket.connect", "socket.sendto"}


def tell(event: str, **more: str) -> None:
    """As the process itself tells things."""
    print(json.dumps({"event": event, "level": "error" if more else "info", **more}), flush=True)  # noqa: T201


def refuse(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook: what C code of Python asks for is seen, too."""
    if event in NAMES:
        host = args[0]
    elif event in ADDRESSES and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    if host not in HERE:
        tell(REFUSED, host=str(host))
        raise OSError(REFUSED)


def guard() -> None:
    """From here on, for good."""
    sys.addaudithook(refuse)
    tell(GUARDED)


if __name__ == "sitecustomize":
    guard()

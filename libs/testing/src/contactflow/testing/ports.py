"""Ports on the loopback address."""

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

LOCAL = "127.0.0.1"
BACKLOG = 2048
OURS = range(15_000, 32_000)
"""Below those that the system gives to connections, which it may do before somebody listens."""
TRIES = 100
PROMISED = Path(tempfile.gettempdir()) / f"contactflow-ports-{os.getuid()}"
"""A file for each port, locked by the process in which somebody will listen."""
GIVEN: set[int] = set()
"""Somebody here will listen there, though nobody may yet."""


def free_port(wanted: int = 0) -> int:
    """The wanted port if nobody listens or will listen there, else some other."""
    for port in _candidates(wanted):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOCAL, port))
            except OSError:
                continue
        if port in GIVEN or _promised(port):
            GIVEN.add(port)
            return port
    raise OSError("no port is free on 127.0.0.1")


def _promised(port: int) -> bool:
    """Whether it is ours until this process ends, and no other process's."""
    PROMISED.mkdir(exist_ok=True)
    file = os.open(PROMISED / str(port), os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return False
    return True


def _candidates(wanted: int) -> Iterator[int]:
    """By chance, so that two who look at the same time look elsewhere."""
    if wanted:
        yield wanted
    chance = random.SystemRandom()
    chosen = (chance.choice(OURS) for _ in range(TRIES))
    yield from (port for port in chosen if port not in GIVEN)


def answers(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOCAL, port)) == 0


def listening() -> socket.socket:
    """A socket that listens on a free port, for a server: it sends what it is given at once.

    asyncio switches Nagle's algorithm off only for sockets that say that they are TCP, which those
    of `socket.create_server` do not: an answer in two pieces would wait 40 ms for a delayed ACK.
    """
    made = socket.socket(proto=socket.IPPROTO_TCP)
    made.bind((LOCAL, 0))
    made.listen(BACKLOG)
    return made

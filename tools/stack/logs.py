"""Following the logs of all parts at once."""

import time
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

PAUSE = 0.2
BACK = 2000  # bytes of the past that are shown first


def follow(logs: dict[str, Path]) -> Iterator[tuple[str, str]]:
    """Each line as it comes, with the name of its part; for ever."""
    open_logs = {name: _at_the_end(path) for name, path in logs.items() if path.exists()}
    while True:
        said = False
        for name, file in open_logs.items():
            for line in file:
                said = True
                yield name, line.rstrip("\n")
        if not said:
            time.sleep(PAUSE)


def _at_the_end(path: Path) -> TextIOWrapper:
    file = path.open(errors="replace")
    size = path.stat().st_size
    if size > BACK:
        file.seek(size - BACK)
        file.readline()
    return file

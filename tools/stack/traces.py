"""The spans that the stack's collector keeps: the latest, and those of the last conversation."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

from contactflow.events.calls import CallStarted
from contactflow.events.conversations import MessageReceived
from contactflow.testing.collector import Span, spans

ROOM: Final = 16_000_000  # bytes
BEGINNINGS: Final = {f"publish {one.type}" for one in (MessageReceived, CallStarted)}
"""Every turn of a chat has the first, every call the second."""


class Kept:
    """A folder of lines of JSON: what is new, and what was before it, half of the room each."""

    def __init__(self, folder: Path, room: int = ROOM) -> None:
        self._new, self._before = folder / "spans.jsonl", folder / "spans.before.jsonl"
        self._room = room // 2
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, body: bytes) -> None:
        """What a collector was sent. One caller at a time; readers may come at any."""
        lines = "".join(f"{json.dumps(asdict(one))}\n" for one in spans(body))
        if self._new.exists() and self._new.stat().st_size + len(lines) > self._room:
            self._new.replace(self._before)
        with self._new.open("a") as file:
            file.write(lines)

    def spans(self) -> list[Span]:
        """All of them; whatever is half written is not there yet."""
        found = [one for path in (self._new, self._before) for one in _read(path)]
        return list(dict.fromkeys(found))  # a file may have changed its name meanwhile


def _read(path: Path) -> Iterator[Span]:
    if path.exists():
        whole, _, _ = path.read_text().rpartition("\n")
        yield from (Span(**json.loads(line)) for line in whole.splitlines())


def last_conversation(kept: Iterable[Span]) -> list[Span]:
    """The trace of what somebody wrote last, or of the last call; nothing when nobody has."""
    known = list(kept)
    begun = [one for one in known if one.name in BEGINNINGS]
    latest = max(begun, key=lambda one: one.began, default=None)
    return [one for one in known if latest and one.trace == latest.trace]


def tree(trace: Iterable[Span]) -> list[tuple[int, Span]]:
    """Each span after what it hangs on, and how deep it hangs; in the order of their beginnings.

    What a span hangs on may be elsewhere (in a browser), or not be told yet.
    """
    below: dict[str, list[Span]] = defaultdict(list)
    ordered = sorted(trace, key=lambda one: one.began)
    ids = {one.id for one in ordered}
    for one in ordered:
        below[one.parent if one.parent in ids else ""].append(one)

    def walk(parent: str, depth: int) -> Iterator[tuple[int, Span]]:
        for one in below[parent]:
            yield depth, one
            yield from walk(one.id, depth + 1)

    return list(walk("", 0))

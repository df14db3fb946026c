"""What the clients did: each operation, when it was asked for, and what became of it."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from contactflow.kernel import new_id


class Outcome(StrEnum):
    """What a client knows of an operation in the end."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass
class Operation:
    """Something that a client wanted to be there: `text`, which no other operation has.

    `place` is the conversation, or the list, of the workspace in which it belongs. However often
    it is sent, it bears the same `key`. UNKNOWN (nobody answered, or a 5xx) may be there or not.
    Times are seconds of one monotonic clock.
    """

    workspace: str
    place: str
    author: str
    text: str
    asked: float
    key: str = field(default_factory=lambda: str(new_id()))
    outcome: Outcome = Outcome.UNKNOWN
    answered: float | None = None
    id: str | None = None
    statuses: list[int] = field(default_factory=list)

    def succeeded(self, id_: str, at: float) -> None:
        """It was promised. What is promised twice was promised the first time."""
        if self.outcome is not Outcome.OK:
            self.outcome, self.answered, self.id = Outcome.OK, at, id_


class History:
    """Of one storm: every operation, in the order in which they were asked for.

    `mark` begins every text of it, and no text of another.
    """

    def __init__(self) -> None:
        self.mark = secrets.token_hex(4)
        self._all: list[Operation] = []

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._all)

    def asks(self, workspace: str, place: str, author: str, text: str) -> Operation:
        """Begin one."""
        self._all.append(Operation(workspace, place, author, text, time.monotonic()))
        return self._all[-1]

    def words(self, author: str) -> Iterator[str]:
        """What one client says, without end; nobody else says any of it."""
        who = secrets.token_hex(4)
        return (f"{self.mark} {author} {who} {number}" for number in count(1))

    def count(self, outcome: Outcome) -> int:
        """How many ended so."""
        return sum(one.outcome is outcome for one in self._all)

"""What a summary is made of, and what comes of the making."""

from dataclasses import dataclass
from typing import NamedTuple

from contactflow.events.calls import Intent
from contactflow.kernel import Locale
from contactflow.voice.calls.contents import Speaker


class Line(NamedTuple):
    """One side, once."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that was said, in order."""

    locale: Locale | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the model made of it."""

    text: str
    intent: Intent
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """None: the model answers, and nothing of it can be read."""

    told: Told | None

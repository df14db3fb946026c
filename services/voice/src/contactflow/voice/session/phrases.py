"""What is said without a model: made beforehand, so that it is heard even when all AI is down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from contactflow.kernel import Locale

Name = Literal[
    "disclosure",
    "greeting",
    "consent",
    "recorded",
    "not_recorded",
    "thanks",
    "one_moment",
    "say_again",
    "still_there",
    "goodbye",
    "apology",
]

GIVES_WAY: Final[Mapping[Name, float]] = {
    "greeting": 0,
    "consent": 0.5,
    "one_moment": 0,
    "say_again": 0,
    "still_there": 0,
}
"""What the caller's voice cuts, after which part of it: the question is put, how to answer is not
told to those who do. All else is heard whole."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """`pcm`: 8 kHz, 16 bit, mono. `wording_id` names these very words for ever."""

    wording_id: str
    text: str
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrases of one language; of them only the greeting may be missing."""

    locale: Locale
    by_name: Mapping[Name, Phrase]

    def __getitem__(self, name: Name) -> Phrase:
        return self.by_name[name]

    def __contains__(self, name: Name) -> bool:
        return name in self.by_name

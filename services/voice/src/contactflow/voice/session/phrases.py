"""What is said without a model: made beforehand, so that it is heard even when all AI is down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from contactflow.kernel import Locale

Name = Literal[
    "disclosure",
    "greeting",
    "consent",
    "recorded",
    "thanks",
    "one_moment",
    "say_again",
    "still_there",
    "goodbye",
    "apology",
]


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

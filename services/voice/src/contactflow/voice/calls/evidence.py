"""What is known of a call besides its words: what proves it, how fast it was, how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal, NamedTuple, Self

from contactflow.events import calls as events
from contactflow.kernel import Locale

Consent = Literal["granted", "declined", "not_asked"]
ConsentBy = Literal["policy", "key", "voice", "silence"]
Missing = Literal["transcript", "recording", "summary"]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Evidence that the caller was told of the AI: which wording, when, how much was played."""

    wording_id: str
    locale: Locale
    at_ms: int
    played_ms: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What can be proved of a call so far; times are offsets in it."""

    disclosure: Disclosure | None = None
    consent: Consent = "not_asked"
    consent_by: ConsentBy | None = None
    consent_at_ms: int | None = None
    consent_wording_id: str | None = None
    consent_withdrawn_ms: int | None = None
    minor_at_ms: int | None = None
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended, and what of it is missing. Without evidence, what was noted stays."""

    ended_by: events.EndedBy
    evidence: Evidence | None = None
    missing: tuple[Missing, ...] = ()


class Latencies(NamedTuple):
    """Of the agent's turns, from the caller's last sound to the agent's first, in ms."""

    turns: int = 0
    p50_ms: int | None = None
    p95_ms: int | None = None

    @classmethod
    def of(cls, waited: Sequence[int]) -> Self:
        """By the nearest rank."""
        if not waited:
            return cls()
        ranked = sorted(waited)
        return cls(len(ranked), _rank(ranked, 50), _rank(ranked, 95))


def _rank(ranked: Sequence[int], percent: int) -> int:
    return ranked[ceil(len(ranked) * percent / 100) - 1]

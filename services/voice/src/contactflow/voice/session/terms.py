"""What a call is given before it begins, and what is known of it when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from livekit.agents import vad
from openai import AsyncOpenAI

from contactflow.voice.session.agent import Ai, Timing
from contactflow.voice.session.consent import Agreed, Policy
from contactflow.voice.session.disclosure import Disclosed
from contactflow.voice.session.evidence import Evidence
from contactflow.voice.session.phrases import Name, Phrases
from contactflow.voice.session.ports import Carrier, Office, RecordingSink, Turns

EndedBy = Literal[
    "caller",
    "agent",
    "handed_over",
    "silence",
    "deadline",
    "drain",
    "line",
    "protocol",
    "ai",
    "fault",
]
PARTING: Final[Mapping[EndedBy, Name]] = {
    "agent": "goodbye",
    "silence": "goodbye",
    "deadline": "goodbye",
    "drain": "apology",
    "ai": "apology",
    "fault": "apology",
}
"""Whoever ends it so has a last word, and hangs up."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a call to this number; times in seconds."""

    ai: Ai
    phrases: Phrases
    recording: Policy = "consent"
    timing: Timing = field(default_factory=Timing)
    handover_e164: str | None = None
    limit_s: float = 1800.0
    silence_s: float = 15.0
    filler_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Around:
    """What a call needs besides its line."""

    carrier: Carrier
    office: Office
    turns: Turns
    evidence: Evidence
    sink: RecordingSink
    client: AsyncOpenAI
    voice_activity: vad.VAD


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a call when it is over."""

    ended_by: EndedBy
    lasted_ms: int
    disclosed: Disclosed | None
    consent: Agreed
    recorded_s: float
    minor_at_ms: int | None
    incomplete: tuple[str, ...]
    """Parts that failed or did not close within their time."""

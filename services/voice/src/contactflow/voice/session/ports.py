"""What a live call needs from the outside: a line, a carrier, an office, and places to keep."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias

from contactflow.events.conversations import Right

RATE: Final = 8_000
FRAME_S: Final = 0.02
FRAME_BYTES: Final = 320
SILENCE: Final = bytes(FRAME_BYTES)

Speaker = Literal["caller", "agent"]


@dataclass(frozen=True, slots=True)
class Voice:
    """20 ms of what the caller said: 8 kHz, 16 bit, mono."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A key that the caller pressed."""

    digit: str


@dataclass(frozen=True, slots=True)
class Played:
    """Everything up to this mark was played to the caller, or dropped by a clear."""

    mark: str


Heard: TypeAlias = Voice | Key | Played


class LineDroppedError(Exception):
    """The line went away without a goodbye."""


class LineRefusedError(Exception):
    """The other side does not speak the protocol; the reason says how."""


class CallerGoneError(Exception):
    """The caller was erased meanwhile: nothing more is kept of this call."""


class CallAudio(Protocol):
    """The line to one caller, 20 ms frames of PCM both ways, whatever the carrier."""

    def hear(self) -> AsyncIterator[Heard]:
        """Ends when the caller hangs up. Raises LineDroppedError, LineRefusedError."""
        ...

    async def play(self, pcm: bytes) -> None:
        """Hands over 20 ms; the carrier plays in order. Raises LineDroppedError."""
        ...

    async def mark(self, name: str) -> None:
        """Heard again as Played when all before it was played. Raises LineDroppedError."""
        ...

    async def clear(self) -> None:
        """Drops what was handed over and has not been played. Raises LineDroppedError."""
        ...

    async def aclose(self) -> None: ...


class Carrier(Protocol):
    """What can be done to this call besides its audio."""

    async def hang_up(self) -> None: ...

    async def transfer(self, to: str) -> None:
        """Connect the caller to this number; our part of the call is over then."""
        ...


class Office(Protocol):
    """What the agent can do for the caller. Who they are, the call knows, never the model."""

    async def take_message(self, text: str) -> None: ...

    async def request_callback(self, text: str, at: datetime | None) -> None: ...

    async def look_up(self) -> str:
        """What the caller may hear of what is kept about them, in words for the model."""
        ...

    async def open_privacy_request(self, right: Right) -> None: ...


class RecordingSink(Protocol):
    """Where stereo audio goes: G.711 mu-law, 8 kHz, caller left, agent right."""

    async def write(self, stereo: bytes) -> None:
        """Raises CallerGoneError."""
        ...

    async def aclose(self) -> None:
        """Raises CallerGoneError; UnavailableError, then it may be said again."""
        ...


@dataclass(frozen=True, slots=True)
class Latency:
    """Where the time between the caller's last sound and the agent's first went, in ms."""

    end_of_speech: float | None = None
    speech_to_text: float | None = None
    first_token: float | None = None
    first_sentence: float | None = None
    first_audio: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said, by offsets in the call."""

    seq: int
    speaker: Speaker
    text: str
    started_ms: int
    ended_ms: int
    interrupted: bool
    latency: Latency


class Turns(Protocol):
    """Where turns are kept, as they happen."""

    async def add(self, turn: Turn) -> None:
        """Said again after a failure, it is the same turn. Raises CallerGoneError."""
        ...

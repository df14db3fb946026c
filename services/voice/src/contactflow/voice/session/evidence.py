"""What proves how a call went, kept as it happens: a process that dies takes none of it along."""

from typing import NamedTuple, Protocol

from contactflow.voice.session.consent import Agreed
from contactflow.voice.session.disclosure import Disclosed


class Proof(NamedTuple):
    """All of it so far."""

    disclosed: Disclosed | None
    consent: Agreed
    minor_at_ms: int | None
    handed_over: bool = False


class Evidence(Protocol):
    """Where it is kept."""

    async def note(self, proof: Proof) -> None:
        """What was noted last counts. Raises CallerGoneError."""
        ...

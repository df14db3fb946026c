"""voice's part in erasures."""

from contactflow.erasure.participant import Participant

PARTICIPANT = Participant("voice")

"""What Twilio's webhooks say."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from contactflow.vault import IdentityError, Phone
from contactflow.voice.calls.model import Status
from contactflow.voice.webhooks.news import Missed, News

STATUSES: Final[Mapping[str, Status]] = {
    "queued": "ringing",
    "initiated": "ringing",
    "ringing": "ringing",
    "in-progress": "in_progress",
    "completed": "completed",
    "busy": "busy",
    "no-answer": "no_answer",
    "canceled": "canceled",
    "failed": "failed",
}
MISSED: Final = {"busy", "no-answer", "failed"}


def read_dial(body: bytes) -> Missed | None:
    """How a hand-over ended; None when it was taken, or the caller did not wait."""
    said = _form(body)
    if not said.get("CallSid") or said.get("DialCallStatus") not in MISSED:
        return None
    return Missed(said["CallSid"])


def read(kind: str, body: bytes) -> News | None:
    """The news of a webhook; None when we do not know what it says."""
    said = _form(body)
    status = STATUSES.get(said.get("CallStatus", ""))
    if not said.get("CallSid") or status is None:
        return None
    sequence = said.get("SequenceNumber", "")
    return News(
        carrier_call_id=said["CallSid"],
        caller=phone(said.get("From")),
        called=phone(said.get("To")) or said.get("To", ""),
        status=status,
        sequence=int(sequence) if sequence.isdecimal() and len(sequence) < len("999999999") else -1,
        asks=kind == "voice",
    )


def _form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def phone(said: str | None) -> str | None:
    """A number that is one; what is withheld, or of a private exchange, is none."""
    try:
        return Phone.parse(said).value if said else None
    except IdentityError:
        return None

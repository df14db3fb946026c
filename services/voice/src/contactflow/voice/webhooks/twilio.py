"""What Twilio's webhooks say, and what it is answered: TwiML."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

from contactflow.kernel import Locale
from contactflow.vault import IdentityError, Phone
from contactflow.voice.calls.model import Status
from contactflow.voice.places.model import Admission
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
TAGS: Final[Mapping[Locale, str]] = {"en": "en-GB", "fr": "fr-FR"}
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>'


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


def connect(to: Admission, sorry: str, locale: Locale) -> str:
    """Have the call's audio come to us; the apology is for when that ends without a goodbye."""
    url = quoteattr(to.stream("twilio"))
    stream = f"<Connect><Stream url={url}/></Connect>"
    return f"{HEAD}<Response>{stream}{_say(sorry, locale)}</Response>"


def apologise(sorry: str, locale: Locale) -> str:
    """Nobody can answer; say so."""
    return f"{HEAD}<Response>{_say(sorry, locale)}<Hangup/></Response>"


def dial(number: str) -> str:
    """Have the call go on there instead of with us; how that ended is asked of the next webhook."""
    return f'{HEAD}<Response><Dial action="dial">{escape(number)}</Dial></Response>'


def reject() -> str:
    """Not a number of ours."""
    return f'{HEAD}<Response><Reject reason="rejected"/></Response>'


def nothing() -> str:
    """There is nothing to do."""
    return f"{HEAD}<Response/>"


def _say(text: str, locale: Locale) -> str:
    return f"<Say language={quoteattr(TAGS[locale])}>{escape(text)}</Say>"

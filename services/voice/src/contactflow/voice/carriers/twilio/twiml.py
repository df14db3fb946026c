"""What Twilio is to do with a call, in its own words.

Source: Twilio, TwiML for Programmable Voice: Connect, Stream, Say, Dial, Reject, Hangup.
"""

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from contactflow.kernel import Locale

TAGS: Final[Mapping[Locale, str]] = {"en": "en-GB", "fr": "fr-FR"}
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>'


def connect(url: str, sorry: str, locale: Locale) -> str:
    """Have the call's audio come to us; the apology is for when that ends without a goodbye."""
    stream = f"<Connect><Stream url={quoteattr(url)}/></Connect>"
    return _response(f"{stream}{_say(sorry, locale)}")


def apologise(sorry: str, locale: Locale) -> str:
    """Nobody can answer; say so."""
    return _response(f"{_say(sorry, locale)}<Hangup/>")


def dial(number: str, *, then: str) -> str:
    """Have the call go on there instead of with us; how that ended, `then` is asked to hear."""
    return _response(f"<Dial action={quoteattr(then)}>{escape(number)}</Dial>")


def reject() -> str:
    """Not a number of ours."""
    return _response('<Reject reason="rejected"/>')


def nothing() -> str:
    """There is nothing to do."""
    return f"{HEAD}<Response/>"


def _response(verbs: str) -> str:
    return f"{HEAD}<Response>{verbs}</Response>"


def _say(text: str, locale: Locale) -> str:
    return f"<Say language={quoteattr(TAGS[locale])}>{escape(text)}</Say>"

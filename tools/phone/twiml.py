"""The part of TwiML that answers a call: parsed strictly, so that a wrong answer is seen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET


class NotTwimlError(Exception):
    """A carrier would tell its customer of an application error, and end the call."""


@dataclass(frozen=True)
class Stream:
    """Connect the line to a WebSocket, until one of the two ends it."""

    url: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Say:
    """The carrier speaks."""

    text: str
    language: str


@dataclass(frozen=True)
class Dial:
    """The call goes on with somebody else; then `action`, if there is one, says how."""

    number: str
    action: str | None = None


@dataclass(frozen=True)
class Hangup:
    """The call ends."""


Verb = Stream | Say | Dial | Hangup


def verbs(answer: str) -> list[Verb]:
    """What to do, in its order. Raises NotTwimlError."""
    try:
        root = ET.fromstring(answer)  # noqa: S314  from the service that is being tried
    except ET.ParseError as error:
        msg = f"The answer is no XML: {error}"
        raise NotTwimlError(msg) from error
    if root.tag != "Response":
        raise NotTwimlError("The answer is no Response.")
    return [verb for element in root for verb in _verb(element)]


def _verb(element: ET.Element) -> Iterator[Verb]:
    match element.tag:
        case "Connect":
            yield from (_stream(one) for one in element.iter("Stream"))
        case "Say":
            yield Say(element.text or "", element.get("language", "en-US"))
        case "Dial":
            inner = element.find("Number")
            number = (element if inner is None else inner).text or ""
            yield Dial(number.strip(), element.get("action"))
        case "Hangup" | "Reject":
            yield Hangup()
        case other:
            msg = f"<{other}> is not known here."
            raise NotTwimlError(msg)


def _stream(element: ET.Element) -> Stream:
    url = element.get("url", "")
    if not url.startswith(("wss://", "ws://")) or "?" in url:
        raise NotTwimlError("A stream's URL is a WebSocket's, without a query.")
    told = {one.get("name", ""): one.get("value", "") for one in element.iter("Parameter")}
    return Stream(url, told)

"""That the caller speaks with an AI: heard before any generated word, and proved."""

from dataclasses import dataclass

from contactflow.kernel import Locale
from contactflow.voice.session.line import Line
from contactflow.voice.session.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Which words, in which language, when on the call; confirmed by the carrier's mark."""

    wording_id: str
    locale: Locale
    began_ms: int
    played_ms: int
    confirmed: bool


async def disclose(line: Line, phrases: Phrases) -> Disclosed:
    """Queued first on the line, so that whatever the model says comes after it."""
    phrase = phrases["disclosure"]
    utterance = line.say(phrase.pcm)
    played = await utterance.done
    return Disclosed(
        phrase.wording_id,
        phrases.locale,
        began_ms=utterance.began.result(),
        played_ms=round(played.seconds * 1000),
        confirmed=played.confirmed,
    )

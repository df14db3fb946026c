"""That the caller speaks with an AI: heard before any generated word, and proved."""

import asyncio
from dataclasses import dataclass

from contactflow.kernel import Locale
from contactflow.voice.session.line import Line
from contactflow.voice.session.phrases import Phrases
from contactflow.voice.session.ports import FRAME_S


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Which words, in which language, when on the call; confirmed by the carrier's mark."""

    wording_id: str
    locale: Locale
    began_ms: int
    played_ms: int
    confirmed: bool


class Disclosure:
    """Queued first on the line, so that whatever the model says comes after it.

    Who stops waiting for it changes nothing of what is proved.
    """

    def __init__(self, line: Line, phrases: Phrases) -> None:
        self._line, self._locale = line, phrases.locale
        self._phrase = phrases["disclosure"]
        self._utterance = line.say(self._phrase.pcm)

    async def began(self) -> None:
        await asyncio.shield(self._utterance.began)

    async def heard(self) -> None:
        """It was played whole."""
        await asyncio.shield(self._utterance.done)

    def end(self) -> None:
        """Nobody hears any more of it."""
        if not self._utterance.done.done():
            self._line.cut(self._utterance)

    @property
    def proof(self) -> Disclosed | None:
        """As far as it was played by now: who leaves meanwhile has heard a part of it."""
        said = self._utterance
        if not said.began.done():
            return None
        return Disclosed(
            self._phrase.wording_id,
            self._locale,
            began_ms=said.began.result(),
            played_ms=round(said.played * FRAME_S * 1000),
            confirmed=said.done.done() and said.done.result().confirmed,
        )

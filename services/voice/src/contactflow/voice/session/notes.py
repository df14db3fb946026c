"""What the caller leaves for the business, without card numbers."""

from datetime import datetime
from typing import Literal, NamedTuple

from contactflow.voice.session.cards import Cards, has_number
from contactflow.voice.session.keeper import Keeper
from contactflow.voice.session.ports import Office


class Note(NamedTuple):
    kind: Literal["message", "callback"]
    text: str
    at: datetime | None = None


class Notes:
    """As turns, one with digits of what may become a card number waits until that is known."""

    def __init__(self, office: Office, cards: Cards) -> None:
        self._office, self._cards = office, cards
        self._kept = Keeper(self._store)
        self._held: list[Note] = []

    async def take(self, note: Note) -> None:
        """Raises what the office does; one that waits is kept beside the call."""
        if self._cards.is_open and has_number(note.text):
            self._held.append(note)
        else:
            await self._store(note)

    def heard(self) -> None:
        """The caller has said something more."""
        if not self._cards.is_open:
            self._let_go()

    async def run(self) -> None:
        await self._kept.run()

    async def aclose(self) -> None:
        self._let_go()
        await self._kept.aclose()

    def _let_go(self) -> None:
        for held in self._held:
            self._kept.keep(held)
        self._held = []

    async def _store(self, note: Note) -> None:
        text = self._cards.scrub(note.text)
        if note.kind == "message":
            await self._office.take_message(text)
        else:
            await self._office.request_callback(text, note.at)

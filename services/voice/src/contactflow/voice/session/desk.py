"""What the agent can do in its call: end it, hand it over, note something, stop the recording."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Protocol

from livekit.agents.llm import ChatMessage

from contactflow.events.conversations import Right
from contactflow.voice.session.closing import Closing
from contactflow.voice.session.consent import NUMBER_S, WHOLE, Consent
from contactflow.voice.session.notes import Note, Notes
from contactflow.voice.session.phrases import Name
from contactflow.voice.session.recorder import Recorder
from contactflow.voice.session.terms import Around, EndedBy, Terms
from contactflow.voice.session.transcript import span

OFFICE_S: Final = 3.0
"""How long the caller waits for a tool; the model then says that it did not work."""
TRANSFER_S: Final = 6.0
"""Longer than a command to the carrier may take: else what works would be told as failed."""


class Host(Protocol):
    """The call, as its desk sees it."""

    @property
    def offset_ms(self) -> int: ...

    def end(self, by: EndedBy) -> None: ...

    async def hand_over(self, transfer: Callable[[], Awaitable[bool]]) -> bool:
        """Whether it worked, and the call is over; a call that is over already stays as it is."""
        ...

    def say(self, name: Name) -> object:
        """Queue a phrase."""
        ...

    def write_down(self, answer: ChatMessage) -> None:
        """Have it in the transcript."""
        ...

    @property
    def notes(self) -> Notes:
        """What the caller leaves for the business."""
        ...

    def note(self) -> None:
        """Have what is proved by now kept."""
        ...


class CallDesk:
    """See tools.Desk."""

    def __init__(
        self,
        host: Host,
        terms: Terms,
        around: Around,
        consent: Consent,
        recorder: Recorder,
        closing: Closing,
    ) -> None:
        self._host, self._terms, self._around = host, terms, around
        self._consent, self._recorder, self._closing = consent, recorder, closing
        self.minor_at_ms: int | None = None
        self.has_parted = False

    @property
    def has_human(self) -> bool:
        return self._terms.handover_e164 is not None

    def heard(self, message: ChatMessage) -> bool:
        self._host.notes.heard()
        here = self._host.offset_ms
        began_ms, _ = span(message, here)
        words = message.text_content or ""
        if self._consent.withdrew(words, at_ms=here):
            return self._stopped(message, words)
        if answered := self._consent.said(words, began_ms=began_ms, at_ms=here):
            self._host.write_down(message)
        return self._thanked(answered)

    def pressed(self, digit: str) -> None:
        if self._consent.pressed(digit, at_ms=self._host.offset_ms):
            later = asyncio.get_running_loop().call_later
            later(NUMBER_S, lambda: self._thanked(self._consent.keyed()))

    async def end_call(self, *, parted: bool) -> None:
        self.has_parted = parted
        self._host.end("agent")

    async def hand_over(self) -> bool:
        to = self._terms.handover_e164
        if to is None:
            return False
        carrier = self._around.carrier
        return await self._host.hand_over(
            lambda: self._closing.within("transfer", carrier.transfer(to), TRANSFER_S)
        )

    async def report_minor(self) -> None:
        self._recorder.stop()
        self.minor_at_ms = self.minor_at_ms or self._host.offset_ms
        self._host.note()

    async def take_message(self, text: str) -> bool:
        return await self._done("message", self._host.notes.take(Note("message", text)))

    async def request_callback(self, text: str, at: datetime | None) -> bool:
        return await self._done("callback", self._host.notes.take(Note("callback", text, at)))

    async def open_privacy_request(self, right: Right) -> bool:
        asked = self._around.office.open_privacy_request(right)
        return await self._done("privacy_request", asked)

    async def look_up(self) -> str | None:
        found: list[str] = []

        async def looking() -> None:
            found.append(await self._around.office.look_up())

        return found[0] if await self._done("look_up", looking()) else None

    def _stopped(self, message: ChatMessage, words: str) -> bool:
        """They are told so. The model gets what they said if it may be a question, too."""
        self._host.note()
        self._host.say("not_recorded")
        is_all = len(words.split()) <= WHOLE
        if is_all:
            self._host.write_down(message)
        return is_all

    def _thanked(self, answered: bool) -> bool:  # noqa: FBT001  what it is about is its name
        if answered:
            self._host.note()
            self._host.say("thanks")
        return answered

    async def _done(self, what: str, doing: Awaitable[object]) -> bool:
        return await self._closing.within(what, doing, OFFICE_S)

"""Answering a call: on which terms, from the database, before it begins."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contactflow.kernel import Clock, Locale
from contactflow.persistence import Work, Works
from contactflow.runtime.agents import AgentVersion
from contactflow.vault import keyring
from contactflow.voice.calls.model import Call
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.carriers.repository import SqlCarriers
from contactflow.voice.carriers.twilio.rest import Account
from contactflow.voice.media.carriers import AtCarrier
from contactflow.voice.media.prompt import prompt, situation
from contactflow.voice.numbers.repository import SqlPhoneNumbers
from contactflow.voice.places.repository import Claim
from contactflow.voice.session.agent import Ai, Models, Timing
from contactflow.voice.session.phrases import Phrases
from contactflow.voice.session.terms import Terms

log = logging.getLogger(__name__)


class PhraseBook(Protocol):
    """What the agents of a workspace say without a model."""

    async def voiced(self, agent_id: UUID, /) -> AgentVersion | None:
        """The version that can answer."""

    async def of(self, agent: AgentVersion, locale: Locale, /) -> Phrases | None:
        """None while it is not made yet."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A call that is ours from here on."""

    at_carrier: AtCarrier
    terms: Terms


@dataclass(frozen=True, slots=True)
class _Voice:
    """Who speaks, in which language, with which phrases."""

    agent: AgentVersion
    locale: Locale
    phrases: Phrases


class Answering:
    """Takes calls for this process."""

    def __init__(
        self,
        works: Works,
        clock: Clock,
        book: Callable[[Work], PhraseBook],
        models: Models,
        timing: Timing,
    ) -> None:
        self._works, self._clock, self._book = works, clock, book
        self._models, self._timing = models, timing

    async def answer(self, claim: Claim) -> Answered | None:
        """None when there is nobody to answer, or nothing to answer with.

        Raises CallNotFoundError: the caller was erased meanwhile.
        """

        async def answered(work: Work) -> Answered | None:
            return await self._answer(work, claim.call_id, self._clock())

        return await self._works.run(claim.workspace_id, answered)

    async def _answer(self, work: Work, call_id: UUID, at: datetime) -> Answered | None:
        calls = SqlCalls(work)
        call = await calls.get(call_id)
        if call.restricted:  # since the call was given a place
            call.turn_away(to_human=False, at=at)
            log.warning("call.not_answered", extra={"reason": "restricted"})
            return None
        voice = await self._voice(work, call, await calls.known_locale(call))
        if voice is None or not call.answer(voice.agent.version, at=at):
            reason = "not_waiting" if voice else "no_voice"
            log.warning("call.not_answered", extra={"reason": reason})
            return None
        human = None
        if voice.agent.hands_over:
            human = await SqlPhoneNumbers(work).handover(call.number_id)
        return Answered(await _at_carrier(work, call), self._terms(call, voice, human, at))

    async def _voice(self, work: Work, call: Call, known: Locale | None) -> _Voice | None:
        book = self._book(work)
        agent = await book.voiced(call.agent_id)
        return await _voice(book, agent, known) if agent else None

    def _terms(self, call: Call, voice: _Voice, human: str | None, at: datetime) -> Terms:
        told = prompt(voice.agent, voice.locale, has_human=human is not None)
        usual = self._models
        models = replace(usual, voice=voice.agent.voice or usual.voice)
        return Terms(
            Ai(models, told, situation(at), voice.locale),
            voice.phrases,
            recording=call.recording_policy,
            timing=self._timing,
            handover_e164=human,
        )


async def _at_carrier(work: Work, call: Call) -> AtCarrier:
    carrier = await SqlCarriers(work).read(call.carrier_id)
    secret = carrier.secrets(keyring(work.session.info)).secret
    account = Account(carrier.account_id, secret)
    return AtCarrier(carrier.id, carrier.kind, account, call.carrier_call_id)


async def _voice(book: PhraseBook, agent: AgentVersion, known: Locale | None) -> _Voice | None:
    """In the caller's language, if the agent speaks it; else in one of its own."""
    for locale in sorted(agent.locales, key=lambda one: one != known):
        if phrases := await book.of(agent, locale):
            return _Voice(agent, locale, phrases)
    return None

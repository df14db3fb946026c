"""What comes of a carrier's news: a call, and a place for it."""

from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, Protocol
from uuid import UUID

from contactflow.kernel import Locale
from contactflow.runtime.agents import Agents, AgentVersion
from contactflow.vault import PersonErasedError
from contactflow.voice.calls import service as calls
from contactflow.voice.calls.model import Call, Line
from contactflow.voice.calls.service import Calls
from contactflow.voice.numbers.model import PhoneNumber
from contactflow.voice.places.model import UNCLAIMED, Admission
from contactflow.voice.webhooks.news import Missed, News

COMES: Final = UNCLAIMED + timedelta(seconds=20)
"""Who is not carried by then, will not be: a place is claimed, and the call answered, or never."""
Reason = Literal["unknown_number", "unknown_event"]


class Phrases(Protocol):
    async def voiced(self, agent_id: UUID, /) -> AgentVersion | None: ...
    async def make(self, agent_id: UUID, /) -> None:
        """Have those made that are missing."""


class Numbers(Protocol):
    @property
    def agents(self) -> Agents: ...
    @property
    def phrases(self) -> Phrases: ...
    async def locale(self, number: PhoneNumber, /) -> Locale:
        """The first language of whoever answers there, or did."""

    async def handover(self, number_id: UUID, /) -> str | None: ...
    async def at(self, carrier_id: UUID, e164: str, /) -> PhoneNumber | None: ...


class Places(Protocol):
    async def admit(self, call_id: UUID, /, *, at: datetime) -> Admission | None: ...


class TurnedAway(NamedTuple):
    """No agent may answer this caller: the call goes `to` a human, or to nobody."""

    to: str | None


Place = Admission | TurnedAway | None
"""None: nobody can take the call now."""


class Outcome(NamedTuple):
    """`place` is where the call goes when the carrier asks."""

    call: Call | None = None
    place: Place = None
    locale: Locale = "en"
    unknown: Reason | None = None


async def hear(
    news: News, *, carrier_id: UUID, numbers: Numbers, calls_: Calls, places: Places, at: datetime
) -> Outcome:
    """The same news any number of times, in any order, come to the same call.

    Nothing comes of news about who was erased during the call.
    """
    number = await numbers.at(carrier_id, news.called)
    if number is None:
        return Outcome(unknown="unknown_number")
    line = Line(
        carrier_id,
        news.carrier_call_id,
        news.caller,
        number.id,
        number.e164,
        number.agent_id,
        number.recording,
    )
    try:
        call = await calls.ring(calls_, line, is_act=news.asks, at=at)
    except PersonErasedError:
        return Outcome()
    locale = await numbers.locale(number)
    if news.asks and not call.is_over and not call.is_live:
        place = await admit(call, calls_, numbers, places, at=at)
        return Outcome(call, place, locale)
    if not news.asks:
        await calls.learn(calls_, call, news.status, sequence=news.sequence, at=at)
    return Outcome(call, None, locale)


async def miss_human(missed: Missed, *, carrier_id: UUID, calls_: Calls, at: datetime) -> Outcome:
    """In the language of the call; nothing comes of it when the caller was erased meanwhile."""
    call = await calls_.known(carrier_id, missed.carrier_call_id)
    if call is None:
        return Outcome()
    await calls.miss_human(calls_, call, at=at)
    return Outcome(call, locale=call.language)


async def admit(
    call: Call, calls_: Calls, numbers: Numbers, places: Places, *, at: datetime
) -> Place:
    """A place with an agent who can say at once that it is an AI; else None.

    Who has had their data restricted is not answered by an AI; and nobody is by an agent that was
    deleted.

    Who cannot, may have been able to: with new wordings of ours there is more to say. Whatever
    comes of it, the call ends, should the carrier never say that it has.
    """
    await calls_.abandon_later(call.id, at=at + COMES)
    if call.restricted:
        human = await numbers.handover(call.number_id)
        call.turn_away(to_human=human is not None, at=at)
        return TurnedAway(human)
    if await numbers.phrases.voiced(call.agent_id) is None:
        return await _unanswered(call, numbers, at)
    return await places.admit(call.id, at=at)


async def _unanswered(call: Call, numbers: Numbers, at: datetime) -> TurnedAway | None:
    """An agent that cannot speak yet will; for one that is gone a human does, if there is one."""
    if await numbers.agents.newest(call.agent_id):
        await numbers.phrases.make(call.agent_id)
        return None
    human = await numbers.handover(call.number_id)
    if human is None:
        return None
    call.turn_away(to_human=True, at=at)
    return TurnedAway(human)

"""What a turn is about to do, and how it can come out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select

from contactflow.chat.conversations.messages import Author, Message
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.participants import Participant
from contactflow.chat.conversations.wordings import Occasion
from contactflow.events.conversations import Right
from contactflow.kernel import GoneError, Locale, UnavailableError
from contactflow.persistence import Work
from contactflow.runtime.agents import AgentVersion, SqlAgents
from contactflow.vault import opened, reading

KEPT, STEP = 40, 20  # messages
AGENT_PATIENCE = timedelta(seconds=15)


class AgentNotHereError(UnavailableError):
    """It was published, and our copy is still on its way."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one side said."""

    author: Author
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What the model is asked. `turn` is the token, `seq` the newest message it is told of."""

    turn: int
    seq: int
    agent: AgentVersion
    locale: Locale
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn came out; `turn` is the token of the one it was."""

    name: ClassVar[str]
    turn: int


@dataclass(frozen=True, slots=True)
class Answered(Outcome):
    """The model's words."""

    name = "answered"
    seq: int
    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Noted(Outcome):
    """The visitor wants to use one of their rights; the model heard which."""

    name = "noted"
    seq: int
    right: Right


@dataclass(frozen=True, slots=True)
class GivenUp(Outcome):
    """No words of the model; a human goes on."""

    name = "given_up"
    occasion: Occasion


async def plan(work: Work, conversation_id: UUID, *, at: datetime) -> Plan | GivenUp | None:
    """What there is to do, read without a lock: None when nobody waits for the AI.

    Raises GoneError, also when the conversation went with its visitor; AgentNotHereError.
    """
    conversation = await _conversation(work, conversation_id)
    if conversation is None:
        raise GoneError
    if conversation.waiting_since is None:
        return None
    visitor = await _visitor(work, conversation_id)
    agents = SqlAgents(work)
    agent = await agents.newest(conversation.agent_id)
    if agent and not visitor.restricted:
        lines = await _lines(work, conversation)
        return Plan(conversation.turn, conversation.seq, agent, visitor.locale, lines)
    is_late = at >= conversation.waiting_since + AGENT_PATIENCE
    if visitor.restricted or is_late or await agents.is_deleted(conversation.agent_id):
        return GivenUp(conversation.turn, "ai_unavailable")
    raise AgentNotHereError


async def stands(work: Work, conversation_id: UUID, *, turn: int) -> bool:
    """Whether the answer of this turn may still be sent, as far as one can see without a lock."""
    conversation = await _conversation(work, conversation_id)
    return conversation is not None and conversation.awaits(turn)


async def _conversation(work: Work, conversation_id: UUID) -> Conversation | None:
    statement = select(Conversation).where(Conversation.id == conversation_id)
    return (await work.session.scalars(statement)).first()


async def _visitor(work: Work, conversation_id: UUID) -> Participant:
    statement = select(Participant).where(Participant.conversation_id == conversation_id)
    visitor = (await work.session.scalars(statement)).first()
    if visitor is None:
        raise GoneError
    return visitor


async def _lines(work: Work, conversation: Conversation) -> tuple[Line, ...]:
    """The newest lines. Where they begin moves in steps, so that a prompt cache holds meanwhile."""
    first = max(0, conversation.seq - KEPT) // STEP * STEP
    statement = (
        reading(Message)
        .where(Message.conversation_id == conversation.id, Message.kind == "text")
        .where(Message.seq > first, Message.seq <= conversation.seq)
        .order_by(Message.seq)
    )
    return tuple(Line(row.author, row.text) for row in await opened(work, Message, statement))

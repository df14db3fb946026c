"""What can be done with sessions."""

from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from contactflow.chat.conversations.messages import Message
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.participants import Claims, Participant, identities
from contactflow.chat.conversations.service import Conversations
from contactflow.chat.sessions.model import Session
from contactflow.kernel import Locale
from contactflow.runtime.agents import Agents
from contactflow.vault import People


class Sessions(Protocol):
    """What opening a session touches, all in one transaction."""

    @property
    def people(self) -> People: ...
    @property
    def agents(self) -> Agents: ...
    @property
    def conversations(self) -> Conversations: ...
    def add(self, session: Session, /) -> None: ...
    async def forget_later(self, session: Session, /) -> None: ...


class Target(Protocol):
    """Where the visitor comes in."""

    @property
    def channel_id(self) -> UUID: ...
    @property
    def agent_id(self) -> UUID: ...


class Opened(NamedTuple):
    session: Session
    disclosure: Message


class Visitor(NamedTuple):
    """Who opens a session, as far as they say so."""

    locale: Locale
    claims: Claims


async def open_session(
    sessions: Sessions, *, channel: Target, visitor: Visitor, token: str, at: datetime
) -> Opened:
    """A new visitor, and a conversation that begins with the disclosure.

    What they claim about themselves is theirs, and proves nothing: it never makes them somebody
    who is known already.
    """
    claims = identities(visitor.claims)
    person = await sessions.people.find_or_create((), claims=claims, acted_at=at)
    participant = Participant.of(person, locale=visitor.locale, **visitor.claims)
    conversation = Conversation.open(
        participant, channel_id=channel.channel_id, agent_id=channel.agent_id, at=at
    )
    await sessions.conversations.add(conversation)
    disclosure = await _first_words(sessions, conversation, at)
    session = Session.open(conversation, token, at=at)
    sessions.add(session)
    await sessions.forget_later(session)
    return Opened(session, disclosure)


async def forget(sessions: Sessions, *, conversation_id: UUID) -> None:
    """Who opened a widget and never wrote leaves nothing, once their session is over."""
    conversation = await sessions.conversations.get(conversation_id)
    if conversation.started_at is None:
        await sessions.people.remove(conversation.visitor.person)
        await sessions.conversations.remove(conversation)


async def _first_words(sessions: Sessions, conversation: Conversation, at: datetime) -> Message:
    disclosure = conversation.disclose(at=at)
    sessions.conversations.put(disclosure)
    agent = await sessions.agents.newest(conversation.agent_id)
    if agent and agent.greeting:
        sessions.conversations.put(conversation.greet(agent.greeting, at=at))
    return disclosure

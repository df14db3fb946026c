"""Ports of chat in memory."""

from datetime import datetime
from uuid import UUID

from contactflow.chat.conversations.errors import ConversationNotFoundError
from contactflow.chat.conversations.messages import Message
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.wordings import prefix
from contactflow.chat.sessions.model import Session
from contactflow.events.conversations import Right
from contactflow.runtime.agents import AgentVersion, Definition
from contactflow.testing.people import InMemoryPeople


class InMemoryConversations:
    def __init__(self) -> None:
        self.stored: dict[UUID, Conversation] = {}
        self.messages: list[Message] = []
        self.due: dict[UUID, datetime] = {}

    async def get(self, conversation_id: UUID) -> Conversation:
        if conversation_id not in self.stored:
            raise ConversationNotFoundError
        return self.stored[conversation_id]

    async def add(self, conversation: Conversation) -> None:
        self.stored[conversation.id] = conversation

    async def remove(self, conversation: Conversation) -> None:
        del self.stored[conversation.id]

    async def said(self, conversation: Conversation, client_key: UUID) -> Message | None:
        own = (one for one in self.messages if one.conversation_id == conversation.id)
        return next((one for one in own if one.client_key == client_key), None)

    async def unanswered_since(self, conversation: Conversation, *, after: int) -> datetime | None:
        late = (
            one.created_at
            for one in self.messages
            if one.conversation_id == conversation.id
            and one.author == "visitor"
            and one.seq > after
        )
        return min(late, default=None)

    async def noted(self, conversation: Conversation, right: Right) -> bool:
        own = (one for one in self.messages if one.conversation_id == conversation.id)
        return any((one.wording_id or "").startswith(prefix(right)) for one in own)

    async def link(self, subject_id: UUID, contact_id: UUID) -> None:
        for one in self.stored.values():
            if one.visitor.subject_id == subject_id:
                one.visitor.contact_id = contact_id

    async def unlink(self, contact_id: UUID) -> None:
        for one in self.stored.values():
            if one.visitor.contact_id == contact_id:
                one.visitor.contact_id = None

    def put(self, message: Message) -> None:
        self.messages.append(message)

    async def answer_later(self, conversation: Conversation, *, at: datetime) -> None:
        self.due[conversation.id] = at


class InMemoryAgents:
    def __init__(self) -> None:
        self._kept: dict[tuple[UUID, int], AgentVersion] = {}

    async def newest(self, agent_id: UUID) -> AgentVersion | None:
        versions = [one for (kept, _), one in self._kept.items() if kept == agent_id]
        return max(versions, key=lambda one: one.version, default=None)

    async def keep(self, definition: Definition) -> None:
        key = (definition.agent_id, definition.version)
        self._kept.setdefault(key, AgentVersion(**definition.model_dump(exclude={"channels"})))


class InMemorySessions:
    def __init__(self) -> None:
        self.people = InMemoryPeople()
        self.agents = InMemoryAgents()
        self.conversations = InMemoryConversations()
        self.opened: list[Session] = []
        self.forgotten_at: dict[UUID, datetime] = {}

    def add(self, session: Session) -> None:
        self.opened.append(session)

    async def forget_later(self, session: Session) -> None:
        self.forgotten_at[session.conversation_id] = session.expires_at

"""What can be done with conversations."""

import hashlib
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contactflow.chat.conversations.messages import Message
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.pace import Pace
from contactflow.events.conversations import Right


class Conversations(Protocol):
    """The conversations of one workspace. `get` locks: who has one is alone with it."""

    async def get(self, conversation_id: UUID, /) -> Conversation: ...
    async def add(self, conversation: Conversation, /) -> None: ...
    async def remove(self, conversation: Conversation, /) -> None: ...
    async def said(self, conversation: Conversation, client_key: UUID, /) -> Message | None: ...
    async def unanswered_since(
        self, conversation: Conversation, *, after: int
    ) -> datetime | None: ...
    async def noted(self, conversation: Conversation, right: Right, /) -> bool: ...
    async def link(self, subject_id: UUID, contact_id: UUID) -> None: ...
    async def unlink(self, contact_id: UUID, /) -> None: ...
    def put(self, message: Message, /) -> None: ...
    async def answer_later(self, conversation: Conversation, *, at: datetime) -> None: ...


async def receive(
    conversations: Conversations,
    *,
    conversation_id: UUID,
    text: str,
    client_message_id: str,
    pace: Pace,
    at: datetime,
) -> Message:
    """The visitor's message, once however often it is sent, and an answer in a while."""
    conversation = await conversations.get(conversation_id)
    client_key = key_of(conversation_id, client_message_id)
    if known := await conversations.said(conversation, client_key):
        return known
    message = conversation.receive(text, client_key=client_key, pace=pace, at=at)
    conversations.put(message)
    if conversation.waiting_since:
        due = pace.due(conversation.waiting_since, at)
        await conversations.answer_later(conversation, at=due)
    return message


async def reply(
    conversations: Conversations, *, conversation_id: UUID, text: str, at: datetime
) -> Message:
    conversation = await conversations.get(conversation_id)
    message = conversation.reply(text, at=at)
    conversations.put(message)
    return message


async def hand_off(conversations: Conversations, *, conversation_id: UUID, at: datetime) -> None:
    conversation = await conversations.get(conversation_id)
    conversation.hand_off("staff", at=at)


async def close(conversations: Conversations, *, conversation_id: UUID, at: datetime) -> None:
    conversation = await conversations.get(conversation_id)
    conversation.close(at=at)


def key_of(conversation_id: UUID, client_message_id: str) -> UUID:
    """What is kept of an id that the client chose: enough to know it again, not to read it."""
    digest = hashlib.sha256(conversation_id.bytes + client_message_id.encode()).digest()
    return UUID(bytes=digest[:16])

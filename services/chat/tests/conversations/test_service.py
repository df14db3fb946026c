"""What can be done with conversations, on ports in memory."""

from datetime import datetime, timedelta

import pytest

from contactflow.chat.conversations import service
from contactflow.chat.conversations.messages import Message
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.pace import Pace
from services.chat.tests.fakes import InMemoryConversations

PACE = Pace()


@pytest.fixture
async def conversations(conversation: Conversation) -> InMemoryConversations:
    made = InMemoryConversations()
    await made.add(conversation)
    return made


async def write(
    conversations: InMemoryConversations, at: datetime, client_message_id: str = "1"
) -> Message:
    [conversation_id] = conversations.stored
    return await service.receive(
        conversations,
        conversation_id=conversation_id,
        text="Bonjour",
        client_message_id=client_message_id,
        pace=PACE,
        at=at,
    )


async def test_three_sends_are_one_message(
    conversations: InMemoryConversations, at: datetime
) -> None:
    sent = [await write(conversations, at) for _ in range(3)]

    assert conversations.messages == [sent[0]]
    assert sent == [sent[0]] * 3


async def test_an_answer_is_due_after_the_pause(
    conversations: InMemoryConversations, at: datetime
) -> None:
    await write(conversations, at, "1")
    await write(conversations, at + timedelta(seconds=0.5), "2")

    assert list(conversations.due.values()) == [at + timedelta(seconds=1.3)]


async def test_after_a_takeover_no_answer_is_due(
    conversations: InMemoryConversations, conversation: Conversation, at: datetime
) -> None:
    await service.reply(conversations, conversation_id=conversation.id, text="Oui", at=at)

    await write(conversations, at)

    assert conversations.due == {}


async def test_a_reply_takes_over(
    conversations: InMemoryConversations, conversation: Conversation, at: datetime
) -> None:
    reply = await service.reply(conversations, conversation_id=conversation.id, text="Oui", at=at)

    assert conversation.status == "handed_off"
    assert conversations.messages == [reply]

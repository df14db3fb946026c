"""Stores of conversations: the one in memory, the one on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.chat.channels.model import Channel
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.pace import Pace
from contactflow.chat.conversations.participants import Participant
from contactflow.chat.conversations.repository import SqlConversations
from contactflow.chat.conversations.service import Conversations
from contactflow.kernel import GoneError, new_id
from contactflow.persistence import Work, Works
from contactflow.vault import Subjects
from services.chat.tests.conversations.conversations_suite import Begin, ConversationsSuite, Due
from services.chat.tests.fakes import InMemoryConversations


class TestInMemory(ConversationsSuite):
    @pytest.fixture
    async def store(self, conversation: Conversation) -> InMemoryConversations:
        store = InMemoryConversations()
        await store.add(conversation)
        return store

    @pytest.fixture
    def opened(self, conversation: Conversation) -> Conversation:
        return conversation

    @pytest.fixture
    def begin(self, store: InMemoryConversations) -> Begin:
        @asynccontextmanager
        async def begin() -> AsyncIterator[Conversations]:
            yield store

        return begin

    @pytest.fixture
    def due(self, store: InMemoryConversations) -> Due:
        async def due() -> dict[UUID, datetime]:
            return store.due

        return due


class TestPostgres(ConversationsSuite):
    @pytest.fixture
    async def opened(self, works: Works, workspace_id: UUID, at: datetime) -> Conversation:
        return await works.run(workspace_id, lambda work: opened(work, at))

    @pytest.fixture
    def begin(self, works: Works, workspace_id: UUID) -> Begin:
        @asynccontextmanager
        async def begin() -> AsyncIterator[Conversations]:
            async with works.begin(workspace_id) as work:
                yield SqlConversations(work)

        return begin

    @pytest.fixture
    def due(self, works: Works, workspace_id: UUID) -> Due:
        async def look(work: Work) -> dict[UUID, datetime]:
            rows = await work.rows(text("SELECT key, due_at FROM jobs WHERE key IS NOT NULL"))
            return {UUID(row.key): row.due_at for row in rows}

        async def due() -> dict[UUID, datetime]:
            return await works.run(workspace_id, look)

        return due

    async def test_who_has_a_conversation_is_alone_with_it(
        self, begin: Begin, opened: Conversation
    ) -> None:
        async with begin() as conversations, asyncio.TaskGroup() as tasks:
            await conversations.get(opened.id)
            waiting = tasks.create_task(self.got(begin, opened))
            done, _ = await asyncio.wait({waiting}, timeout=0.3)
            waiting.cancel()

        assert not done

    async def test_who_waited_for_a_conversation_has_it_as_it_was_left(
        self, begin: Begin, opened: Conversation, at: datetime
    ) -> None:
        key = new_id()

        async def get() -> tuple[int, bool]:
            async with begin() as conversations:
                conversation = await conversations.get(opened.id)
                known = await conversations.said(conversation, key)
                return conversation.seq, known is not None

        async with asyncio.TaskGroup() as tasks, begin() as conversations:
            conversation = await conversations.get(opened.id)
            waiting = tasks.create_task(get())
            await asyncio.wait({waiting}, timeout=0.3)
            said = conversation.receive("Hello", client_key=key, pace=Pace(), at=at)
            conversations.put(said)

        assert waiting.result() == (2, True)

    async def test_who_waits_for_a_visitor_does_not_have_the_conversation_yet(
        self, begin: Begin, opened: Conversation, works: Works
    ) -> None:
        """Two who took locks in different orders would wait for each other."""
        async with works.begin(opened.workspace_id) as work, asyncio.TaskGroup() as tasks:
            await work.rows(text("SELECT FROM subjects FOR UPDATE"))
            waiting = tasks.create_task(self.got(begin, opened))
            await asyncio.wait({waiting}, timeout=0.3)
            free = await work.rows(text("SELECT id FROM conversations FOR UPDATE SKIP LOCKED"))
            waiting.cancel()

        assert len(free.all()) == 1

    async def test_a_conversation_of_somebody_erased_is_gone(
        self, begin: Begin, opened: Conversation, works: Works
    ) -> None:
        async with works.begin(opened.workspace_id) as work:
            await work.rows(text("DELETE FROM subjects"))

        with pytest.raises(GoneError):
            await self.got(begin, opened)

    async def got(self, begin: Begin, opened: Conversation) -> None:
        async with begin() as conversations:
            await conversations.get(opened.id)


async def opened(work: Work, at: datetime) -> Conversation:
    """As a widget opens it, in a channel of its own."""
    channel = Channel.create(
        work.workspace_id, name="Shop", agent_id=new_id(), allowed_origins=(), at=at
    )
    work.session.add(channel)
    await work.session.flush()
    visitor = Participant.of(await Subjects(work).find_or_create(()), locale="fr")
    made = Conversation.open(visitor, channel_id=channel.id, agent_id=channel.agent_id, at=at)
    conversations = SqlConversations(work)
    await conversations.add(made)
    conversations.put(made.disclose(at=at))
    return made

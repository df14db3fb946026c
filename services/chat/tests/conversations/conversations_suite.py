"""What every store of conversations has to do, in memory and on PostgreSQL."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from contactflow.chat.conversations import service
from contactflow.chat.conversations.errors import ConversationNotFoundError
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.pace import Pace
from contactflow.chat.conversations.service import Conversations
from contactflow.kernel import new_id

Begin = Callable[[], AbstractAsyncContextManager[Conversations]]
Due = Callable[[], Awaitable[dict[UUID, datetime]]]
SECOND = timedelta(seconds=1)


class ConversationsSuite:
    """A subclass gives `begin`, a transaction; `opened`, what is in it; `due`, what is promised."""

    @pytest.fixture
    def begin(self) -> Begin:
        raise NotImplementedError

    @pytest.fixture
    def opened(self) -> Conversation:
        raise NotImplementedError

    @pytest.fixture
    def due(self) -> Due:
        raise NotImplementedError

    async def write(self, begin: Begin, opened: Conversation, key: UUID, at: datetime) -> None:
        async with begin() as conversations:
            conversation = await conversations.get(opened.id)
            message = conversation.receive("Hello", client_key=key, pace=Pace(), at=at)
            conversations.put(message)

    async def test_what_was_added_is_there(self, begin: Begin, opened: Conversation) -> None:
        async with begin() as conversations:
            found = await conversations.get(opened.id)

            assert (found.id, found.status, found.visitor.locale) == (opened.id, "open", "fr")

    async def test_what_was_never_added_is_not(self, begin: Begin) -> None:
        async with begin() as conversations:
            with pytest.raises(ConversationNotFoundError):
                await conversations.get(new_id())

    async def test_what_was_removed_is_not_there(self, begin: Begin, opened: Conversation) -> None:
        async with begin() as conversations:
            await conversations.remove(await conversations.get(opened.id))

        async with begin() as conversations:
            with pytest.raises(ConversationNotFoundError):
                await conversations.get(opened.id)

    async def test_what_was_said_is_known_by_its_key(
        self, begin: Begin, opened: Conversation, at: datetime
    ) -> None:
        key = new_id()
        await self.write(begin, opened, key, at)

        async with begin() as conversations:
            conversation = await conversations.get(opened.id)
            known = await conversations.said(conversation, key)

            assert known is not None
            assert known.text == "Hello"
            assert await conversations.said(conversation, new_id()) is None

    async def test_a_change_is_kept(self, begin: Begin, opened: Conversation, at: datetime) -> None:
        await self.write(begin, opened, new_id(), at)

        async with begin() as conversations:
            conversation = await conversations.get(opened.id)

            assert (conversation.seq, conversation.waiting_since) == (2, at)

    async def test_unanswered_is_what_the_visitor_said_first_after_a_place(
        self, begin: Begin, opened: Conversation, at: datetime
    ) -> None:
        for number in range(3):
            await self.write(begin, opened, new_id(), at + number * SECOND)

        async with begin() as conversations:
            conversation = await conversations.get(opened.id)
            since = [
                await conversations.unanswered_since(conversation, after=place)
                for place in (1, 2, 3, 4)
            ]

        assert since == [at, at + SECOND, at + 2 * SECOND, None]

    async def test_what_others_said_is_never_unanswered(
        self, begin: Begin, opened: Conversation, at: datetime
    ) -> None:
        async with begin() as conversations:
            await service.reply(conversations, conversation_id=opened.id, text="Hi", at=at)

        async with begin() as conversations:
            conversation = await conversations.get(opened.id)

            assert await conversations.unanswered_since(conversation, after=0) is None

    async def test_a_right_is_noted_once_it_was_said(
        self, begin: Begin, opened: Conversation, at: datetime
    ) -> None:
        async with begin() as conversations:
            conversation = await conversations.get(opened.id)
            assert not await conversations.noted(conversation, "erasure")
            said = conversation.note("erasure", again=False, unanswered_since=None, at=at)
            conversations.put(said)

        async with begin() as conversations:
            conversation = await conversations.get(opened.id)
            assert await conversations.noted(conversation, "erasure")
            assert not await conversations.noted(conversation, "access")

    async def test_a_contact_is_linked_to_their_conversations(
        self, begin: Begin, opened: Conversation
    ) -> None:
        contact_id = new_id()
        async with begin() as conversations:
            await conversations.link(opened.visitor.subject_id, contact_id)
            await conversations.link(new_id(), new_id())

        async with begin() as conversations:
            assert (await conversations.get(opened.id)).visitor.contact_id == contact_id

    async def test_a_contact_that_is_gone_is_linked_to_nothing(
        self, begin: Begin, opened: Conversation
    ) -> None:
        contact_id = new_id()
        async with begin() as conversations:
            await conversations.link(opened.visitor.subject_id, contact_id)
            await conversations.unlink(new_id())

        async with begin() as conversations:
            assert (await conversations.get(opened.id)).visitor.contact_id == contact_id
            await conversations.unlink(contact_id)

        async with begin() as conversations:
            assert (await conversations.get(opened.id)).visitor.contact_id is None

    async def test_the_last_promise_of_an_answer_counts(
        self, begin: Begin, opened: Conversation, due: Due, at: datetime
    ) -> None:
        for number in range(2):
            async with begin() as conversations:
                conversation = await conversations.get(opened.id)
                await conversations.answer_later(conversation, at=at + number * SECOND)

        assert await due() == {opened.id: at + SECOND}

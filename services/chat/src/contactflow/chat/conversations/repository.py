"""Loading and storing conversations."""

from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, exists, func, select, update
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from contactflow.chat.conversations.errors import ConversationNotFoundError
from contactflow.chat.conversations.messages import Message
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.participants import Participant
from contactflow.chat.conversations.promises import ANSWER, AnswerTurn
from contactflow.chat.conversations.wordings import prefix
from contactflow.events.conversations import Right
from contactflow.messaging import later
from contactflow.persistence import PersonGoneError, Work
from contactflow.vault import Person

SAID = select(Message).where(
    Message.conversation_id == bindparam("conversation_id"),
    Message.client_key == bindparam("client_key"),
)


class SqlConversations:
    """The person first, then the conversation: the one order that locks are taken in."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, conversation_id: UUID) -> Conversation:
        """The visitor is held against erasure and restriction, the conversation for us alone.

        Raises ConversationNotFoundError; PersonGoneError if its visitor was erased.
        """
        which = {"conversation_id": conversation_id}
        found = (await self._work.session.execute(alone(), which)).first()
        if found is None:
            raise await self._absent(conversation_id)
        conversation, visitor = found
        set_committed_value(conversation, "visitor", visitor)
        return conversation

    async def add(self, conversation: Conversation) -> None:
        """Stored at once, so that what is said in it can follow."""
        self._work.session.add(conversation)
        await self._work.session.flush()

    async def remove(self, conversation: Conversation) -> None:
        self._work.session.expunge(conversation)
        gone = delete(Conversation).where(Conversation.id == conversation.id)
        await self._work.rows(gone)

    async def said(self, conversation: Conversation, client_key: UUID) -> Message | None:
        which = {"conversation_id": conversation.id, "client_key": client_key}
        return (await self._work.session.scalars(SAID, which)).first()

    async def unanswered_since(self, conversation: Conversation, *, after: int) -> datetime | None:
        late = (
            (Message.conversation_id == conversation.id)
            & (Message.author == "visitor")
            & (Message.seq > after)
        )
        return await self._work.session.scalar(select(func.min(Message.created_at)).where(late))

    async def noted(self, conversation: Conversation, right: Right) -> bool:
        """Whether this right was asked for here before: what was said then is the evidence."""
        before = (Message.conversation_id == conversation.id) & Message.wording_id.startswith(
            prefix(right), autoescape=True
        )
        return bool(await self._work.session.scalar(select(exists().where(before))))

    async def link(self, subject_id: UUID, contact_id: UUID) -> None:
        theirs = Participant.subject_id == subject_id
        await self._work.rows(update(Participant).where(theirs).values(contact_id=contact_id))

    async def unlink(self, contact_id: UUID) -> None:
        theirs = Participant.contact_id == contact_id
        await self._work.rows(update(Participant).where(theirs).values(contact_id=None))

    def put(self, message: Message) -> None:
        message.traceparent = self._work.traceparent
        self._work.session.add(message)

    async def answer_later(self, conversation: Conversation, *, at: datetime) -> None:
        """One promise per conversation: one turn at a time, in whichever process."""
        due = AnswerTurn(workspace_id=conversation.workspace_id, conversation_id=conversation.id)
        await later(self._work, ANSWER, due, at=at, key=str(conversation.id))

    async def _absent(self, conversation_id: UUID) -> Exception:
        """A conversation outlives its visitor until the eraser comes to it."""
        there = select(exists().where(Conversation.id == conversation_id))
        is_there = await self._work.session.scalar(there)
        return PersonGoneError() if is_there else ConversationNotFoundError()


@cache
def alone() -> Select[Conversation, Participant]:
    """Both are locked in the order they are named, and are as the last who had them left them.

    FOR NO KEY UPDATE lets others write rows that refer to either. Made once, when every table is
    known: to make it anew takes longer than PostgreSQL takes to answer.
    """
    return (
        select(Conversation, Participant)
        .join(Conversation.visitor)
        .join(Participant.person)
        .options(contains_eager(Participant.person))
        .where(Conversation.id == bindparam("conversation_id"))
        .with_for_update(key_share=True, of=(Person, Conversation))
    )

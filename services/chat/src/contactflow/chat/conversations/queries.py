"""Reading conversations: Core straight to HTTP shapes, without a lock."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from contactflow.chat.conversations.errors import ConversationNotFoundError
from contactflow.chat.conversations.messages import Message
from contactflow.chat.conversations.model import Conversation, Status
from contactflow.chat.conversations.participants import Participant
from contactflow.chat.conversations.schemas import (
    AgentRef,
    ChannelRef,
    Content,
    ConversationOut,
    IdentityOut,
    MessageOut,
    Said,
    SubjectOut,
)
from contactflow.kernel import GoneError
from contactflow.persistence import Work
from contactflow.vault import Opened, opened, reading
from contactflow.web import Page, Paging
from contactflow.web.errors import InvalidCursorError

MOST = 100
LAST = 50  # messages of each conversation, where many are asked for at once
INT4 = 2**31 - 1
CONVERSATIONS = Conversation.__table__
PARTICIPANTS = Participant.__table__


async def one(work: Work, conversation_id: UUID) -> ConversationOut:
    found = (await work.rows(_listed().where(CONVERSATIONS.c.id == conversation_id))).first()
    if found is None:
        raise ConversationNotFoundError
    return _shown(found)


async def newest(
    work: Work,
    paging: Paging,
    *,
    status: Status | None,
    channel: UUID | None,
    contact_id: UUID | None,
) -> Page[ConversationOut]:
    """Those in which a visitor has written: an opened widget is nothing to answer."""
    statement = _listed().where(CONVERSATIONS.c.started_at.is_not(None))
    if status:
        statement = statement.where(CONVERSATIONS.c.status == status)
    if channel:
        statement = statement.where(CONVERSATIONS.c.channel_id == channel)
    if contact_id:
        statement = statement.where(PARTICIPANTS.c.contact_id == contact_id)
    rows = (await work.rows(paging.of(statement))).all()
    return paging.page(ConversationOut, [_shown(row) for row in rows])


async def latest(work: Work, conversation_id: UUID, paging: Paging) -> Page[MessageOut]:
    """For staff: the newest first, in the conversation's own order."""
    await one(work, conversation_id)
    statement = _messages(conversation_id).order_by(Message.seq.desc()).limit(paging.limit + 1)
    if paging.cursor:
        statement = statement.where(Message.seq < _place(paging.cursor))
    if paging.created_after:
        statement = statement.where(Message.created_at > paging.created_after)
    rows = await opened(work, Message, statement)
    data = [MessageOut.model_validate(row) for row in rows[: paging.limit]]
    more = len(rows) > paging.limit
    cursor = paging.after(UUID(int=data[-1].seq)) if more else None
    return Page(data=data, next_cursor=cursor, has_more=more)


async def since(work: Work, conversation_id: UUID, seq: int) -> list[MessageOut]:
    """For the visitor: what comes after that place, oldest first."""
    statement = _messages(conversation_id).where(Message.seq > seq).order_by(Message.seq)
    rows = await opened(work, Message, statement.limit(MOST))
    return [MessageOut.model_validate(row) for row in rows]


async def message(work: Work, conversation_id: UUID, message_id: UUID) -> MessageOut:
    statement = _messages(conversation_id).where(Message.id == message_id)
    for found in await opened(work, Message, statement):
        return MessageOut.model_validate(found)
    raise ConversationNotFoundError


async def contents(work: Work, conversation_ids: Sequence[UUID]) -> list[Content]:
    """The last messages of those that are there; whose visitor was erased has none."""
    asked = select(CONVERSATIONS.c.id, CONVERSATIONS.c.seq)
    counts = (await work.rows(asked.where(CONVERSATIONS.c.id.in_(conversation_ids)))).all()
    theirs = reading(Message).join(CONVERSATIONS, Message.conversation_id == CONVERSATIONS.c.id)
    last = theirs.where(
        Message.conversation_id.in_(conversation_ids), Message.seq > CONVERSATIONS.c.seq - LAST
    )
    said: dict[UUID, list[Said]] = defaultdict(list)
    for row in await opened(work, Message, last.order_by(Message.seq)):
        said[row.conversation_id].append(_said(row))
    return [
        Content(id=row.id, message_count=row.seq, messages=tuple(said[row.id])) for row in counts
    ]


async def subject(work: Work, subject_id: UUID) -> SubjectOut:
    """What the person said of themselves, last. Raises GoneError."""
    statement = reading(Participant).where(Participant.subject_id == subject_id)
    for row in await opened(work, Participant, statement.order_by(Participant.id.desc()).limit(1)):
        said = {"email": row.email, "phone": row.phone}
        claims = tuple(
            IdentityOut.model_validate({"kind": kind, "value": value})
            for kind, value in said.items()
            if value
        )
        return SubjectOut(name=row.name, locale=row.locale, identities=(), claims=claims)
    raise GoneError


def _place(cursor: UUID) -> int:
    """Raises InvalidCursorError for a cursor of another list."""
    if cursor.int > INT4:
        raise InvalidCursorError
    return cursor.int


def _listed() -> Select[Any]:
    mine = (CONVERSATIONS.c.workspace_id == PARTICIPANTS.c.workspace_id) & (
        CONVERSATIONS.c.id == PARTICIPANTS.c.conversation_id
    )
    return select(CONVERSATIONS, PARTICIPANTS.c.contact_id).outerjoin(PARTICIPANTS, mine)


def _shown(row: Row[Any]) -> ConversationOut:
    return ConversationOut(
        id=row.id,
        channel=ChannelRef(id=row.channel_id, kind=row.channel),
        agent=AgentRef(id=row.agent_id, version=row.agent_version),
        status=row.status,
        contact_id=row.contact_id,
        message_count=row.seq,
        last_message_at=row.last_message_at,
        created_at=row.created_at,
    )


def _messages(conversation_id: UUID) -> Select[Any]:
    return reading(Message).where(Message.conversation_id == conversation_id)


def _said(row: Opened) -> Said:
    return Said.model_validate(row)

"""Conversations over HTTP, for staff: parse, call, return."""

from fastapi import APIRouter, Response

from contactflow.chat.channels.schemas import ChannelId
from contactflow.chat.conversations import queries, service
from contactflow.chat.conversations.dependencies import (
    ConversationsRead,
    ConversationsWrite,
    MessagesRead,
    MessagesWrite,
)
from contactflow.chat.conversations.model import Status
from contactflow.chat.conversations.schemas import (
    ContactId,
    ConversationId,
    ConversationOut,
    MessageId,
    MessageIn,
    MessageOut,
)
from contactflow.kernel import encode
from contactflow.web import CurrentWork, Now, Page, Paging

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])


@router.get("", summary="List conversations")
async def list_conversations(
    *,
    work: ConversationsRead,
    paging: Paging,
    status: Status | None = None,
    channel: ChannelId | None = None,
    contact_id: ContactId | None = None,
) -> Page[ConversationOut]:
    """List the conversations in which a visitor has written, newest first."""
    return await queries.newest(work, paging, status=status, channel=channel, contact_id=contact_id)


@router.get("/{conversation_id}", summary="Read a conversation")
async def get_conversation(
    conversation_id: ConversationId, work: ConversationsRead
) -> ConversationOut:
    return await queries.one(work, conversation_id)


@router.post("/{conversation_id}/handoff", summary="Hand a conversation to a human")
async def hand_off_conversation(
    *,
    conversation_id: ConversationId,
    conversations: ConversationsWrite,
    work: CurrentWork,
    at: Now,
    response: Response,
) -> ConversationOut:
    """Let a human answer from here on."""
    await service.hand_off(conversations, conversation_id=conversation_id, at=at)
    return await _changed(work, conversation_id, response)


@router.post("/{conversation_id}/close", summary="Close a conversation")
async def close_conversation(
    *,
    conversation_id: ConversationId,
    conversations: ConversationsWrite,
    work: CurrentWork,
    at: Now,
    response: Response,
) -> ConversationOut:
    """End a conversation: nobody writes in it any more."""
    await service.close(conversations, conversation_id=conversation_id, at=at)
    return await _changed(work, conversation_id, response)


@router.get("/{conversation_id}/messages", summary="List the messages of a conversation")
async def list_conversation_messages(
    conversation_id: ConversationId, work: MessagesRead, paging: Paging
) -> Page[MessageOut]:
    return await queries.latest(work, conversation_id, paging)


@router.post("/{conversation_id}/messages", status_code=201, summary="Answer as a human")
async def reply_to_conversation(
    *,
    conversation_id: ConversationId,
    new: MessageIn,
    conversations: MessagesWrite,
    at: Now,
    response: Response,
) -> MessageOut:
    """Whoever answers takes over from the AI."""
    message = await service.reply(
        conversations, conversation_id=conversation_id, text=new.text, at=at
    )
    response.headers["Location"] = f"{_path(conversation_id)}/messages/{encode('msg', message.id)}"
    return MessageOut.model_validate(message)


@router.get("/{conversation_id}/messages/{message_id}", summary="Read a message")
async def get_conversation_message(
    conversation_id: ConversationId, message_id: MessageId, work: MessagesRead
) -> MessageOut:
    return await queries.message(work, conversation_id, message_id)


async def _changed(
    work: CurrentWork, conversation_id: ConversationId, response: Response
) -> ConversationOut:
    """The conversation as it is now, in this transaction."""
    response.headers["Location"] = _path(conversation_id)
    return await queries.one(work, conversation_id)


def _path(conversation_id: ConversationId) -> str:
    return f"/v1/conversations/{encode('cnv', conversation_id)}"

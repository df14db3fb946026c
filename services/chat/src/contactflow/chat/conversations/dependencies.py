"""What a conversations endpoint may ask for, and the scope it needs."""

from typing import Annotated

from contactflow.chat.conversations.repository import SqlConversations
from contactflow.persistence import Work
from contactflow.web import CurrentWork, requires


async def conversations(work: CurrentWork) -> SqlConversations:
    return SqlConversations(work)


ConversationsRead = Annotated[Work, requires("conversations:read")]
ConversationsWrite = Annotated[SqlConversations, requires("conversations:write", conversations)]
MessagesRead = Annotated[Work, requires("messages:read")]
MessagesWrite = Annotated[SqlConversations, requires("messages:write", conversations)]
Internal = Annotated[Work, requires("internal")]

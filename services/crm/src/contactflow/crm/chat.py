"""What crm asks of chat."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from pydantic import BaseModel

from contactflow.crm.contacts.visitors import Visitor
from contactflow.kernel import Locale
from contactflow.vault import Email, Identity, Phone
from contactflow.web import InternalClient

Author = Literal["visitor", "agent", "staff", "system"]
MessageKind = Literal["text", "disclosure"]


class Message(BaseModel):
    """One message of a conversation, as chat tells it."""

    seq: int
    author: Author
    kind: MessageKind
    text: str
    created_at: datetime


class Content(BaseModel):
    """What was said in a conversation: all of it, or its last part."""

    message_count: int
    messages: tuple[Message, ...]


class Chat(Protocol):
    """Each raises UnavailableError when chat does not answer."""

    async def visitor(self, workspace_id: UUID, subject_id: UUID, /) -> Visitor | None:
        """Who that is; None once they are gone."""

    async def contents(
        self, workspace_id: UUID, conversation_ids: Sequence[UUID], /
    ) -> Mapping[UUID, Content]:
        """What was said in each of them; those that are gone are left out."""


class _Known(BaseModel):
    kind: Literal["email", "phone"]
    value: str

    @property
    def identity(self) -> Identity:
        return KINDS[self.kind].parse(self.value)


class _Subject(BaseModel):
    name: str | None
    locale: Locale | None
    identities: tuple[_Known, ...]
    claims: tuple[_Known, ...]


class _Asked(BaseModel):
    conversation_ids: tuple[UUID, ...]


class _Conversation(Content):
    id: UUID


class _Contents(BaseModel):
    conversations: tuple[_Conversation, ...]


KINDS: Mapping[str, type[Email | Phone]] = {"email": Email, "phone": Phone}


class HttpChat:
    """Chat, by its internal routes."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    async def visitor(self, workspace_id: UUID, subject_id: UUID) -> Visitor | None:
        told = await self._client.get(workspace_id, f"/internal/subjects/{subject_id}", _Subject)
        if told is None:
            return None
        return Visitor(told.name, told.locale, _read(told.identities), _read(told.claims))

    async def contents(
        self, workspace_id: UUID, conversation_ids: Sequence[UUID]
    ) -> Mapping[UUID, Content]:
        asked = _Asked(conversation_ids=tuple(conversation_ids))
        path = "/internal/conversations/contents"
        told = await self._client.post(workspace_id, path, asked, _Contents)
        return {one.id: one for one in told.conversations} if told else {}


def _read(known: Iterable[_Known]) -> frozenset[Identity]:
    return frozenset(one.identity for one in known)

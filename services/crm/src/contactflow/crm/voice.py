"""What crm asks of voice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from pydantic import BaseModel

from contactflow.crm.contacts.visitors import Visitor
from contactflow.vault import Phone
from contactflow.web import InternalClient


class FollowUp(BaseModel):
    """What is to be done after the call."""

    kind: Literal["message", "callback", "task"]
    text: str
    callback_at: datetime | None


class CallContent(BaseModel):
    """What became of a call, as voice tells it; no summary until there is one."""

    duration_s: int | None
    summary: str | None
    intent: str | None
    follow_ups: tuple[FollowUp, ...]


class Voice(Protocol):
    """Each raises UnavailableError when voice does not answer."""

    async def caller(self, workspace_id: UUID, subject_id: UUID, /) -> Visitor | None:
        """Who that is; None for who is gone, and for who withheld their number."""

    async def contents(
        self, workspace_id: UUID, call_ids: Sequence[UUID], /
    ) -> Mapping[UUID, CallContent]:
        """What became of each of them; those that are gone are left out."""


class _Known(BaseModel):
    kind: Literal["phone"]
    value: str


class _Caller(BaseModel):
    identities: tuple[_Known, ...]


class _Asked(BaseModel):
    call_ids: tuple[UUID, ...]


class _Call(CallContent):
    id: UUID


class _Contents(BaseModel):
    calls: tuple[_Call, ...]


class HttpVoice:
    """Voice, by its internal routes."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    async def caller(self, workspace_id: UUID, subject_id: UUID) -> Visitor | None:
        told = await self._client.get(workspace_id, f"/internal/callers/{subject_id}", _Caller)
        if told is None or not told.identities:
            return None
        phones = frozenset(Phone.parse(one.value) for one in told.identities)
        return Visitor(None, None, phones)

    async def contents(
        self, workspace_id: UUID, call_ids: Sequence[UUID]
    ) -> Mapping[UUID, CallContent]:
        asked = _Asked(call_ids=tuple(call_ids))
        told = await self._client.post(workspace_id, "/internal/calls/contents", asked, _Contents)
        return {one.id: one for one in told.calls} if told else {}

"""Reading timelines: the items from here, what was said from the service it was said to."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, select

from contactflow.crm.chat import Chat, Content
from contactflow.crm.contacts import queries as contacts
from contactflow.crm.timeline.model import VOICE, Kind, TimelineItem
from contactflow.crm.timeline.schemas import ItemOut
from contactflow.crm.voice import CallContent, Voice
from contactflow.kernel import Locale, UnavailableError, encode
from contactflow.persistence import Work
from contactflow.web import Paging

ITEMS = TimelineItem.__table__
PATIENCE = 4.0
"""Seconds; a timeline without what was said is better than none. One call takes 3 s at most, so it
is the call that fails, and its circuit breaker that learns: the next reader need not wait."""
TITLES: Mapping[Kind, Mapping[Locale, str]] = {
    "conversation": {"en": "Web chat", "fr": "Discussion sur le site"},
    "call": {"en": "Phone call", "fr": "Appel téléphonique"},
}
PREFIXES: Mapping[Kind, str] = {"conversation": "cnv", "call": "call"}

C = TypeVar("C", Content, CallContent)
Told = Mapping[UUID, C] | Literal["unavailable"]
Ask = Callable[[UUID, Sequence[UUID]], Awaitable[Mapping[UUID, C]]]


class Asked(NamedTuple):
    """Who knows what was said."""

    chat: Chat
    voice: Voice


class Contents(NamedTuple):
    """What each of them told, or that it did not answer."""

    conversations: Told[Content]
    calls: Told[CallContent]


async def newest(work: Work, contact_id: UUID, paging: Paging) -> Sequence[Row[Any]]:
    """Newest first, and one more than asked for; the same cost at any depth."""
    await contacts.one(work, contact_id)
    return (await work.rows(paging.of(items(contact_id), "occurred_at"))).all()


def items(contact_id: UUID) -> Select[Any]:
    return select(ITEMS).where(ITEMS.c.contact_id == contact_id)


async def contents(asked: Asked, workspace_id: UUID, items: Sequence[Row[Any]]) -> Contents:
    """What was said in all of them, in one question to each. No transaction is open meanwhile."""
    calls = [item.id for item in items if item.channel == VOICE]
    conversations = [item.id for item in items if item.channel != VOICE]
    async with asyncio.TaskGroup() as tasks:
        said = tasks.create_task(_told(asked.chat.contents, workspace_id, conversations))
        called = tasks.create_task(_told(asked.voice.contents, workspace_id, calls))
    return Contents(said.result(), called.result())


async def _told(ask: Ask[C], workspace_id: UUID, ids: Sequence[UUID]) -> Told[C]:
    if not ids:
        return {}
    try:
        async with asyncio.timeout(PATIENCE):
            return await ask(workspace_id, ids)
    except (UnavailableError, TimeoutError):
        return "unavailable"


def shown(item: Row[Any], said: Contents, locale: Locale) -> ItemOut:
    """An item as its HTTP shape."""
    is_call = item.channel == VOICE
    kind: Kind = "call" if is_call else "conversation"
    told: Told[Any] = said.calls if is_call else said.conversations
    return ItemOut.model_validate(
        {
            "id": item.id,
            "occurred_at": item.occurred_at,
            "channel": item.channel,
            "kind": kind,
            "ref": {"type": kind, "id": encode(PREFIXES[kind], item.id)},
            "title": TITLES[kind][locale],
            "counts": {"turns" if is_call else "messages": item.message_count},
            "outcome": item.outcome,
            "content": told if told == "unavailable" else told.get(item.id),
        }
    )

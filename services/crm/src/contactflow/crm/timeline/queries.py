"""Reading timelines: the items from here, what was said from the service it was said to."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, Select, select

from contactflow.crm.chat import Chat, Content
from contactflow.crm.contacts import queries as contacts
from contactflow.crm.timeline.model import TimelineItem
from contactflow.crm.timeline.schemas import ItemOut
from contactflow.kernel import Locale, UnavailableError
from contactflow.persistence import Work
from contactflow.web import Paging

ITEMS = TimelineItem.__table__
PATIENCE = 4.0
"""Seconds; a timeline without what was said is better than none. One call takes 3 s at most, so it
is the call that fails, and its circuit breaker that learns: the next reader need not wait."""
TITLES: Mapping[Locale, str] = {"en": "Web chat", "fr": "Discussion sur le site"}

Contents = Mapping[UUID, Content] | Literal["unavailable"]


async def newest(work: Work, contact_id: UUID, paging: Paging) -> Sequence[Row[Any]]:
    """Newest first, and one more than asked for; the same cost at any depth."""
    await contacts.one(work, contact_id)
    return (await work.rows(paging.of(items(contact_id)))).all()


def items(contact_id: UUID) -> Select[Any]:
    return select(ITEMS).where(ITEMS.c.contact_id == contact_id)


async def contents(chat: Chat, workspace_id: UUID, items: Sequence[Row[Any]]) -> Contents:
    """What was said in all of them, in one question. No transaction is open meanwhile."""
    if not items:
        return {}
    try:
        async with asyncio.timeout(PATIENCE):
            return await chat.contents(workspace_id, [item.id for item in items])
    except (UnavailableError, TimeoutError):
        return "unavailable"


def shown(item: Row[Any], said: Contents, locale: Locale) -> ItemOut:
    """An item as its HTTP shape."""
    return ItemOut.model_validate(
        {
            "id": item.id,
            "occurred_at": item.occurred_at,
            "channel": item.channel,
            "kind": "conversation",
            "ref": {"type": "conversation", "id": item.id},
            "title": TITLES[locale],
            "counts": {"messages": item.message_count},
            "outcome": item.outcome,
            "content": said if said == "unavailable" else said.get(item.id),
        }
    )

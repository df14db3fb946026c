"""Ports of crm in memory."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import inspect

from contactflow.crm.chat import Content
from contactflow.crm.contacts.errors import ContactNotFoundError
from contactflow.crm.contacts.model import Contact
from contactflow.crm.contacts.visitors import Visitor
from contactflow.crm.timeline.model import TimelineItem
from contactflow.crm.voice import CallContent
from contactflow.events.contacts import LinkedService
from contactflow.kernel import UnavailableError
from contactflow.testing.people import InMemoryPeople

NEVER = datetime.max.replace(tzinfo=UTC)


class InMemoryContacts:
    def __init__(self) -> None:
        self.people = InMemoryPeople()
        self.names: dict[UUID, str | None] = {}
        self._stored: dict[UUID, Contact] = {}

    async def get(self, contact_id: UUID) -> Contact:
        contact = self._stored.get(contact_id)
        if contact is None or contact.deleted_at:
            raise ContactNotFoundError
        return contact

    async def deleted(self, contact_id: UUID) -> Contact | None:
        contact = self._stored.get(contact_id)
        return contact if contact and contact.deleted_at else None

    async def of(self, subject_id: UUID) -> Contact | None:
        found = [one for one in self._stored.values() if one.subject_id == subject_id]
        return max(found, key=lambda one: one.deleted_at or NEVER, default=None)

    async def linked_to(self, service: LinkedService, subject_id: UUID) -> Contact | None:
        found = self._linked(service, subject_id)
        return found if found and not found.deleted_at else None

    async def left(self, service: LinkedService, subject_id: UUID) -> Contact | None:
        found = self._linked(service, subject_id)
        return found if found and found.deleted_at else None

    async def unlink(self, service: LinkedService, subject_id: UUID) -> None:
        if found := self._linked(service, subject_id):
            for one in [*inspect(found).attrs.links.history.added]:
                if (one.service, one.linked_subject_id) == (service, subject_id):
                    found.links.remove(one)

    def add(self, contact: Contact) -> None:
        self._stored[contact.id] = contact

    async def remove(self, contact: Contact) -> None:
        del self._stored[contact.id]

    async def index(self, contact: Contact) -> None:
        self.names[contact.id] = contact.name

    def _linked(self, service: LinkedService, subject_id: UUID) -> Contact | None:
        link = (service, subject_id)
        return next((one for one in self._stored.values() if link in links(one)), None)


def links(contact: Contact) -> set[tuple[str, UUID]]:
    """Who it is elsewhere, of a contact that has never seen a database."""
    added = inspect(contact).attrs.links.history.added or ()
    return {(one.service, one.linked_subject_id) for one in added}


class InMemoryTimeline:
    def __init__(self) -> None:
        self.items: dict[UUID, TimelineItem] = {}

    async def find(self, item_id: UUID) -> TimelineItem | None:
        return self.items.get(item_id)

    def add(self, item: TimelineItem) -> None:
        self.items[item.id] = item

    async def clear(self, contact_id: UUID) -> None:
        kept = {key: one for key, one in self.items.items() if one.contact_id != contact_id}
        self.items = kept


class FakeChat:
    """Knows one visitor, if any; what was said in conversations; may be down or slow."""

    def __init__(self, visitor: Visitor | None = None) -> None:
        self.someone = visitor
        self.said: dict[UUID, Content] = {}
        self.asked: list[Sequence[UUID]] = []
        self.down = self.silent = False

    async def visitor(self, workspace_id: UUID, subject_id: UUID) -> Visitor | None:
        return self.someone

    async def contents(
        self, workspace_id: UUID, conversation_ids: Sequence[UUID]
    ) -> Mapping[UUID, Content]:
        self.asked.append(conversation_ids)
        if self.down:
            raise UnavailableError
        if self.silent:
            await asyncio.Event().wait()
        return {one: self.said[one] for one in conversation_ids if one in self.said}


class FakeVoice:
    """Knows callers by their subject, and what became of their calls."""

    def __init__(self) -> None:
        self.callers: dict[UUID, Visitor] = {}
        self.calls: dict[UUID, CallContent] = {}
        self.error: Exception | None = None

    async def caller(self, workspace_id: UUID, subject_id: UUID) -> Visitor | None:
        if self.error:
            raise self.error
        return self.callers.get(subject_id)

    async def contents(
        self, workspace_id: UUID, call_ids: Sequence[UUID]
    ) -> Mapping[UUID, CallContent]:
        if self.error:
            raise self.error
        return {one: self.calls[one] for one in call_ids if one in self.calls}

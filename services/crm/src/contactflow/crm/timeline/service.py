"""What can be done with timelines."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from contactflow.crm.contacts.model import Contact
from contactflow.crm.timeline.model import Channel, TimelineItem


class Timeline(Protocol):
    """The timelines of one workspace."""

    async def find(self, item_id: UUID, /) -> TimelineItem | None:
        """An item, if it is there yet."""

    def add(self, item: TimelineItem, /) -> None: ...

    async def clear(self, contact_id: UUID, /) -> None:
        """Remove every item of a contact."""


async def happened(
    timeline: Timeline, *, contact: Contact, item_id: UUID, channel: Channel, at: datetime
) -> TimelineItem:
    """The item of what was going on then: there, or made by whatever comes first."""
    item = await timeline.find(item_id)
    if item is None:
        item = TimelineItem.of(contact, item_id, channel=channel, at=at)
        timeline.add(item)
    if item.contact_id != contact.id:
        item.put_on(contact, item_id)
    item.seen(at=at)
    return item

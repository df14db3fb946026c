"""What every Timeline promises, in memory and on PostgreSQL alike."""

from uuid import UUID

from contactflow.crm.contacts.model import Contact
from contactflow.crm.timeline import service
from contactflow.crm.timeline.model import TimelineItem
from contactflow.crm.timeline.service import Timeline
from contactflow.kernel import new_id


class TimelineSuite:
    """Subclass it with the fixtures `timeline` and `ada`."""

    async def noted(
        self, timeline: Timeline, contact: Contact, conversation_id: UUID
    ) -> TimelineItem:
        at = contact.created_at
        return await service.happened(
            timeline, contact=contact, item_id=conversation_id, channel="web", at=at
        )

    async def test_a_conversation_has_one_item(self, timeline: Timeline, ada: Contact) -> None:
        conversation_id = new_id()

        first, second = [await self.noted(timeline, ada, conversation_id) for _ in range(2)]

        assert first is second is await timeline.find(conversation_id)

    async def test_nothing_is_found_that_was_not_noted(self, timeline: Timeline) -> None:
        assert await timeline.find(new_id()) is None

    async def test_a_cleared_timeline_is_empty(self, timeline: Timeline, ada: Contact) -> None:
        item = await self.noted(timeline, ada, new_id())

        await timeline.clear(ada.id)

        assert await timeline.find(item.id) is None

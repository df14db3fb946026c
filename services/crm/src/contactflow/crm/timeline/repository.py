"""Loading and storing timelines."""

from uuid import UUID

from sqlalchemy import delete

from contactflow.crm.timeline.model import TimelineItem
from contactflow.kernel import NotFoundError
from contactflow.persistence import Work
from contactflow.vault import PersonalRepository


class SqlTimeline(PersonalRepository[TimelineItem]):
    def __init__(self, work: Work) -> None:
        super().__init__(work, TimelineItem, NotFoundError)

    async def find(self, item_id: UUID) -> TimelineItem | None:
        return await self.first(TimelineItem.id == item_id)

    async def clear(self, contact_id: UUID) -> None:
        await self.work.rows(delete(TimelineItem).where(TimelineItem.contact_id == contact_id))

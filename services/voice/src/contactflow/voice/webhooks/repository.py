"""Storing what carriers sent, and letting go of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from contactflow.persistence import Work
from contactflow.voice.carriers.errors import CarrierNotFoundError
from contactflow.voice.carriers.model import Carrier
from contactflow.voice.webhooks.model import KEPT, CarrierWebhook, Status

CARRIERS: Any = Carrier.__table__
WEBHOOKS: Any = CarrierWebhook.__table__
BATCH = 1000


async def workspace_of(work: Work, carrier_id: UUID) -> UUID:
    """Whose carrier it is (system role). Raises CarrierNotFoundError."""
    wanted = select(CARRIERS.c.workspace_id).where(CARRIERS.c.id == carrier_id)
    found: UUID | None = (await work.rows(wanted)).scalar_one_or_none()
    if found is None:
        raise CarrierNotFoundError
    return found


async def done(work: Work, webhook_id: UUID) -> None:
    await work.rows(delete(WEBHOOKS).where(WEBHOOKS.c.id == webhook_id))


async def leave(work: Work, webhook_id: UUID, status: Status, code: str) -> None:
    """It stays to be seen."""
    mine = update(WEBHOOKS).where(WEBHOOKS.c.id == webhook_id)
    await work.rows(mine.values(status=status, code=code))


async def purge_webhooks(work: Work, *, at: datetime) -> int:
    """Delete one batch of what has been seen long enough (system role); how many."""
    old = select(WEBHOOKS.c.id).where(WEBHOOKS.c.received_at <= at - KEPT).limit(BATCH)
    gone: Any = await work.rows(delete(WEBHOOKS).where(WEBHOOKS.c.id.in_(old)))
    return int(gone.rowcount)

"""It becomes known whether the answer has reached the person."""

from datetime import datetime
from uuid import UUID

from contactflow.privacy.requests.service.actors import US
from contactflow.privacy.requests.service.ports import Requests


async def told(requests: Requests, *, request_id: UUID, delivered: bool, at: datetime) -> None:
    request = await requests.get(request_id)
    request.told(delivered=delivered, at=at)
    if not delivered:
        await requests.note("answer_undelivered", request, by=US, at=at)

"""Whether the answer has reached the person; if not, it may be sent again."""

from datetime import datetime
from uuid import UUID

from contactflow.privacy.requests import promises
from contactflow.privacy.requests.errors import NoEmailError, RequestStateError
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.service.actors import US
from contactflow.privacy.requests.service.ports import Requests


async def told(requests: Requests, *, request_id: UUID, delivered: bool, at: datetime) -> None:
    request = await requests.get(request_id)
    if request.answer == "undelivered" and not delivered:
        return  # it is forgotten now
    request.told(delivered=delivered, at=at)
    if not delivered:
        await requests.note("answer_undelivered", request, by=US, at=at)


async def tell_again(
    requests: Requests, *, request_id: UUID, by: str, at: datetime
) -> RightsRequest:
    """To the same address, for as long as that is kept. Raises NoEmailError, RequestStateError."""
    request = await requests.get(request_id)
    if request.answer != "undelivered":
        raise RequestStateError(state=request.status)
    if await requests.answer(request_id) is None:
        raise NoEmailError
    request.answer_again(at=at)
    await requests.promise(promises.ANSWER, request)
    await requests.note("answer_sent_again", request, by=by, at=at)
    return request

"""What letters do when an e-mail was sent or never will be, and when all is over."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from contactflow.events import Fact
from contactflow.events.emails import EmailFailed, EmailSent
from contactflow.kernel import Clock
from contactflow.messaging import Job, Promise, job, later
from contactflow.persistence import Work
from contactflow.privacy.letters.repository import SqlAnswers
from contactflow.privacy.requests import service
from contactflow.privacy.requests.promises import FORGET, OfRequest
from contactflow.privacy.requests.repository import SqlRequests

ONCE_MORE: Final = timedelta(minutes=1)


class Settled(BaseModel):
    email_id: UUID
    delivered: bool = True


SETTLE = Promise("rights.settle_answer", Settled)


async def settle_email(work: Work, fact: Fact[EmailSent] | Fact[EmailFailed]) -> None:
    """Once it was sent, the address is needed no more.

    It may be known here under its id only in a moment, when we are still about to note what
    gateway has answered: then it is looked for once more.
    """
    delivered = isinstance(fact.body, EmailSent)
    settled = Settled(email_id=fact.body.email_id, delivered=delivered)
    if await _settled(work, settled, at=fact.occurred_at):
        return
    if await SqlAnswers(work).are_pending():
        at = fact.occurred_at + ONCE_MORE
        await later(work, SETTLE, settled, at=at, key=str(settled.email_id))


async def settle(work: Work, settled: Settled, clock: Clock) -> None:
    await _settled(work, settled, at=clock())


async def forget(work: Work, due: OfRequest, clock: Clock) -> None:
    """An answer that nobody has heard of for so long has not been delivered."""
    if await SqlAnswers(work).forget(due.request_id):
        await _told(work, due.request_id, delivered=False, at=clock())


def jobs(clock: Clock) -> list[Job[Any]]:
    return [
        job(SETTLE.name, SETTLE.arguments, apply=partial(settle, clock=clock)),
        job(FORGET.name, FORGET.arguments, apply=partial(forget, clock=clock)),
    ]


async def _settled(work: Work, settled: Settled, *, at: datetime) -> bool:
    answers = SqlAnswers(work)
    request_id = await answers.settle(settled.email_id, delivered=settled.delivered)
    if request_id:
        await _told(work, request_id, delivered=settled.delivered, at=at)
    return request_id is not None


async def _told(work: Work, request_id: UUID, *, delivered: bool, at: datetime) -> None:
    await service.told(SqlRequests(work), request_id=request_id, delivered=delivered, at=at)

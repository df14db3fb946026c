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

PAUSE: Final = timedelta(minutes=1)


class Settled(BaseModel):
    email_id: UUID
    delivered: bool = True


SETTLE = Promise("rights.settle_answer", Settled)


async def settle_email(work: Work, fact: Fact[EmailSent] | Fact[EmailFailed]) -> None:
    """Once it was sent, the address is needed no more.

    It may be known here under its id only later, when what gateway has answered is still to be
    noted, or was lost and is asked for again: until then it is looked for every minute.
    """
    delivered = isinstance(fact.body, EmailSent)
    settled = Settled(email_id=fact.body.email_id, delivered=delivered)
    await _settle(work, settled, at=fact.occurred_at)


async def settle(work: Work, settled: Settled, clock: Clock) -> None:
    await _settle(work, settled, at=clock())


async def forget(work: Work, due: OfRequest, clock: Clock) -> None:
    """An answer that nobody has heard of for so long has not been delivered."""
    if await SqlAnswers(work).forget(due.request_id):
        await _told(work, due.request_id, delivered=False, at=clock())


def jobs(clock: Clock) -> list[Job[Any]]:
    return [
        job(SETTLE.name, SETTLE.arguments, apply=partial(settle, clock=clock)),
        job(FORGET.name, FORGET.arguments, apply=partial(forget, clock=clock)),
    ]


async def _settle(work: Work, settled: Settled, *, at: datetime) -> None:
    answers = SqlAnswers(work)
    are_on_their_way = await answers.are_on_their_way()  # first: what is noted by then is found
    request_id = await answers.settle(settled.email_id, delivered=settled.delivered)
    if request_id:
        await _told(work, request_id, delivered=settled.delivered, at=at)
    elif are_on_their_way:
        await later(work, SETTLE, settled, at=at + PAUSE, key=str(settled.email_id))


async def _told(work: Work, request_id: UUID, *, delivered: bool, at: datetime) -> None:
    await service.told(SqlRequests(work), request_id=request_id, delivered=delivered, at=at)

"""What letters do when an e-mail was sent or never will be, and when all is over."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from contactflow.events import Fact
from contactflow.events.emails import EmailFailed, EmailSent
from contactflow.messaging import job, later
from contactflow.persistence import Work
from contactflow.privacy.letters.repository import SqlAnswers
from contactflow.privacy.requests.promises import FORGET, OfRequest

ONCE_MORE: Final = timedelta(minutes=1)


class Settled(BaseModel):
    email_id: UUID


async def settle(work: Work, settled: Settled) -> None:
    await SqlAnswers(work).done(settled.email_id)


settle_answer = job("rights.settle_answer", Settled, apply=settle)


async def settle_email(work: Work, fact: Fact[EmailSent] | Fact[EmailFailed]) -> None:
    """The address is needed no more.

    It may be known here under its id only in a moment, when we are still about to note what
    gateway has answered: then it is looked for once more.
    """
    answers, email_id = SqlAnswers(work), fact.body.email_id
    if not await answers.done(email_id) and await answers.are_pending():
        at = fact.occurred_at + ONCE_MORE
        await later(work, settle_answer, Settled(email_id=email_id), at=at, key=str(email_id))


async def forget(work: Work, due: OfRequest) -> None:
    await SqlAnswers(work).forget(due.request_id)


forget_person = job(FORGET.name, FORGET.arguments, apply=forget)

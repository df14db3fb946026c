"""Every agent on the phone can say all that we say: another wording of ours is made for all."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from contactflow.messaging import Job, Nothing, Promise, chore, job, later
from contactflow.persistence import Work
from contactflow.voice.carriers.model import Carrier
from contactflow.voice.numbers.model import PhoneNumber
from contactflow.voice.phrases.repository import SqlPhrases

EVERY: Final = timedelta(hours=1)
RENEW: Final = Promise("voice.phrases.renew", Nothing)


def renewing() -> list[Job[Any]]:
    """At the start of a worker and hourly: nobody has to call in vain first."""
    return [
        chore("voice.phrases.renew_all", every=EVERY, apply=_all),
        job(RENEW.name, RENEW.arguments, apply=renew),
    ]


async def _all(work: Work) -> bool:
    """A workspace that can be called has a carrier (system role)."""
    for workspace_id in (await work.rows(select(Carrier.workspace_id).distinct())).scalars():
        await later(Work(work.session, workspace_id), RENEW, Nothing(), key="all")
    return False


async def renew(work: Work, _: Nothing) -> None:
    """Have made what the agents of this workspace's numbers lack."""
    phrases = SqlPhrases(work)
    agent_ids = {*(await work.session.scalars(select(PhoneNumber.agent_id).distinct()))}
    for agent_id in sorted(agent_ids - (await phrases.all_voiced(agent_ids)).keys()):
        await phrases.make(agent_id)

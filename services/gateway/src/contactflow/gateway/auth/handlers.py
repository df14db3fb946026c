"""What signing up and logging in do later."""

from contactflow.gateway.accounts.repository import SqlAccounts
from contactflow.gateway.auth import codes
from contactflow.gateway.auth.promises import SEND_RESET, SendReset
from contactflow.gateway.emails.repository import SqlEmails
from contactflow.kernel import Clock
from contactflow.messaging import Job, job
from contactflow.persistence import Work


def resetting(clock: Clock) -> Job[SendReset]:
    async def send(work: Work, due: SendReset) -> None:
        if account := await SqlAccounts(work).alone(due.account_id):
            await codes.send_reset(SqlEmails(work), account, at=clock())

    return job(SEND_RESET.name, SEND_RESET.arguments, apply=send)

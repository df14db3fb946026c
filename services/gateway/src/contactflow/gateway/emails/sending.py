"""Sending: read, hand over with no transaction open, then note what came of it."""

import logging
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from typing import Protocol

from contactflow.gateway.emails import queries, service
from contactflow.gateway.emails.model import Outcome
from contactflow.gateway.emails.promises import SEND, SendEmail
from contactflow.gateway.emails.repository import SqlEmails
from contactflow.gateway.emails.writing import Writer
from contactflow.kernel import Clock, GoneError, UnavailableError
from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works

log = logging.getLogger(__name__)


class Postman(Protocol):
    """Hands an e-mail to the next server. Says how it came out, and raises nothing."""

    async def deliver(self, message: EmailMessage, /) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Sending:
    """One job per e-mail.

    A crash between the server's yes and our commit sends it once more, under the same Message-ID.
    """

    works: Works
    postman: Postman
    writer: Writer
    clock: Clock

    @property
    def job(self) -> Job[SendEmail]:
        return job(SEND.name, SEND.arguments, fetch=self.send, apply=self.settle)

    async def send(self, due: SendEmail) -> Outcome | None:
        """With no transaction open; None for one that does not wait any more.

        A fault of ours is put off as the server's are: it may be mended before it is given up,
        and after that nobody's address may be left.
        """
        try:
            outcome = await self._send(due)
        except GoneError as gone:
            outcome = Outcome("refused", gone.code)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001  as above
            outcome = Outcome("not_now", type(error).__name__)
        if outcome and outcome.code:
            log.warning("email.not_sent", extra={"status": outcome.result, "code": outcome.code})
        return outcome

    async def settle(self, work: Work, due: SendEmail, outcome: Outcome) -> None:
        at = self.clock()
        await service.settle(SqlEmails(work), email_id=due.email_id, outcome=outcome, at=at)

    async def _send(self, due: SendEmail) -> Outcome | None:
        read = partial(queries.waiting, email_id=due.email_id)
        envelope = await self.works.run(due.workspace_id, read)
        return await self.postman.deliver(self.writer.write(envelope)) if envelope else None

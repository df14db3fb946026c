"""The gateway's worker, killed once the mail server has said 250 to an e-mail for one address.

python -m services.gateway.tests.emails.mortal DATABASE SYSTEM_DATABASE SMTP ADDRESS
"""

import asyncio
import os
import signal
import sys
from email.message import EmailMessage

from contactflow.gateway.emails.model import Outcome
from contactflow.gateway.emails.sending import Sending
from contactflow.gateway.emails.smtp import SmtpPostman, SmtpServer
from contactflow.gateway.emails.writing import Writer
from contactflow.messaging import Changes, Jobs
from contactflow.persistence import Works, open_engine
from contactflow.testing.clock import FakeClock
from contactflow.vault import RootKey, Vault
from services.gateway.tests.post import SENDER


class Last(SmtpPostman):
    """Hands over what it has to, and lives to tell of it unless it is this one."""

    def __init__(self, server: SmtpServer, address: str) -> None:
        super().__init__(server)
        self._address = address

    async def deliver(self, message: EmailMessage) -> Outcome:
        outcome = await super().deliver(message)
        if message["To"] == self._address and outcome.result == "sent":
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome


async def work(url: str, system_url: str, smtp_url: str, address: str) -> None:
    """Until nothing is due."""
    engine, clock = open_engine(system_url), FakeClock()
    works = Works(open_engine(url), prepare=Vault(RootKey(bytes(32)), {1: b"index"}, clock).unlock)
    sending = Sending(works, Last(SmtpServer.at(smtp_url), address), Writer(SENDER), clock)
    jobs = Jobs(works, Works(engine), [sending.job], clock=clock, changes=Changes(engine))
    while await jobs.once():
        pass


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))

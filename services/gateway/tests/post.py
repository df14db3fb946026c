"""The gateway's worker as far as e-mails go, and the mail server that it hands them to."""

from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from contactflow.gateway.auth.handlers import resetting
from contactflow.gateway.emails.sending import Sending
from contactflow.gateway.emails.smtp import SmtpPostman, SmtpServer
from contactflow.gateway.emails.writing import Writer
from contactflow.messaging import Changes, Jobs
from contactflow.persistence import Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.mail import MailServer, code_in

EMAILS = text("SELECT status, tries, code FROM emails WHERE workspace_id = :workspace_id")
LEFT = text("SELECT (SELECT count(*) FROM email_contents), (SELECT count(*) FROM subjects)")
JOBS = text("SELECT arguments::text, key FROM jobs WHERE workspace_id = :workspace_id")
EVENTS = text("SELECT type, key, body FROM outbox WHERE workspace_id = :workspace_id")
SENDER = Address("ContactFlow", addr_spec="no-reply@cf.example")


class Known(NamedTuple):
    """What is known of an e-mail."""

    status: str
    tries: int
    code: str | None


@dataclass
class Post:
    works: Works
    system: Works
    engines: Engines
    clock: FakeClock
    server: MailServer

    def jobs(self) -> Jobs:
        """Those of a worker."""
        postman = SmtpPostman(SmtpServer.at(self.server.url))
        sending = Sending(self.works, postman, Writer(SENDER), self.clock)
        return Jobs(
            self.works,
            self.system,
            [sending.job, resetting(self.clock)],
            clock=self.clock,
            changes=Changes(self.engines.system),
        )

    async def go(self, after: timedelta = timedelta()) -> None:
        """Let time pass, then do all that is due."""
        self.clock.advance(after)
        while await self.jobs().once():
            pass

    async def code_to(self, address: str) -> str:
        """The newest code that somebody got."""
        await self.go()
        return code_in(self.server.mails(address)[-1])

    async def emails(self, workspace_id: UUID) -> list[Known]:
        return [Known._make(row) for row in await self.rows(EMAILS, workspace_id)]

    async def left(self, workspace_id: UUID) -> tuple[int, ...]:
        """Contents and people of a workspace."""
        async with self.works.begin(workspace_id) as work:
            return tuple((await work.rows(LEFT)).one())

    async def rows(self, statement: Any, workspace_id: UUID) -> list[Any]:
        async with self.system.begin(workspace_id) as work:
            return [*await work.rows(statement, {"workspace_id": workspace_id})]

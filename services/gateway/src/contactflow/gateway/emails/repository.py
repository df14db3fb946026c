"""Loading and storing outgoing e-mails."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from contactflow.gateway.emails.errors import EmailNotFoundError
from contactflow.gateway.emails.model import KEPT, EmailContent, Order, OutgoingEmail
from contactflow.gateway.emails.promises import SEND, SendEmail
from contactflow.messaging import later
from contactflow.persistence import Work
from contactflow.vault import PersonalRepository, Subjects

EMAILS: Any = OutgoingEmail.__table__
BATCH = 1000


class SqlEmails:
    def __init__(self, work: Work) -> None:
        self.people = Subjects(work)
        self._work, self._contents = work, PersonalRepository(work, EmailContent)

    @property
    def workspace_id(self) -> UUID:
        return self._work.workspace_id

    async def get(self, email_id: UUID) -> OutgoingEmail:
        email = await self._work.session.get(OutgoingEmail, (self.workspace_id, email_id))
        if email is None:
            raise EmailNotFoundError
        return email

    async def known(self, order: Order) -> OutgoingEmail | None:
        """What was asked for under this key; nobody else asks for it until the commit."""
        held = int.from_bytes(order.key_hash[:8], signed=True)
        await self._work.rows(select(func.pg_advisory_xact_lock(held)))
        same = select(OutgoingEmail).where(OutgoingEmail.key_hash == order.key_hash)
        return (await self._work.session.scalars(same)).first()

    async def keep(self, email: OutgoingEmail, content: EmailContent) -> None:
        self._work.session.add(email)
        await self._work.session.flush()
        self._work.session.add(content)

    async def forget(self, email: OutgoingEmail) -> None:
        content = await self._contents.first(EmailContent.id == email.id, alone=True)
        if content:
            await self.people.remove(content.person)

    async def send_later(self, email: OutgoingEmail, *, at: datetime) -> None:
        due = SendEmail(workspace_id=self.workspace_id, email_id=email.id)
        await later(self._work, SEND, due, at=at, key=str(email.id))


async def purge_emails(work: Work, *, at: datetime) -> int:
    """Delete one batch of what is known of e-mails that were asked for 90 days ago."""
    key = EMAILS.c.id
    over = select(key).where(EMAILS.c.created_at <= at - KEPT).limit(BATCH)
    gone: Any = await work.rows(delete(EMAILS).where(key.in_(over)))
    return int(gone.rowcount)

"""What can be done with outgoing e-mails."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from contactflow.gateway.emails.model import EmailContent, Order, Outcome, OutgoingEmail
from contactflow.vault import People
from contactflow.web.idempotency import IdempotencyMismatchError


class Emails(Protocol):
    @property
    def workspace_id(self) -> UUID: ...
    @property
    def people(self) -> People: ...
    async def get(self, email_id: UUID, /) -> OutgoingEmail: ...
    async def known(self, order: Order, /) -> OutgoingEmail | None: ...
    async def keep(self, email: OutgoingEmail, content: EmailContent, /) -> None: ...
    async def forget(self, email: OutgoingEmail, /) -> None: ...
    async def send_later(self, email: OutgoingEmail, /, *, at: datetime) -> None: ...


async def accept(emails: Emails, *, order: Order, at: datetime) -> OutgoingEmail:
    """One e-mail per key. Raises IdempotencyMismatchError if something else was asked before."""
    if known := await emails.known(order):
        if not known.is_of(order):
            raise IdempotencyMismatchError
        return known
    email = OutgoingEmail.queue(emails.workspace_id, order, at=at)
    person = await emails.people.find_or_create([])
    await emails.keep(email, EmailContent.of(person, email, order.letter))
    await emails.send_later(email, at=at)
    return email


async def settle(emails: Emails, *, email_id: UUID, outcome: Outcome, at: datetime) -> None:
    """Note how a try came out: then try again, or forget what it said and to whom."""
    email = await emails.get(email_id)
    if again_at := email.tried(outcome, at=at):
        await emails.send_later(email, at=again_at)
    else:
        await emails.forget(email)

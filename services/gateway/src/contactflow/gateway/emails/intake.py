"""Where our services have e-mails sent: what works on two workspaces, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contactflow.gateway.accounts import queries as accounts
from contactflow.gateway.emails import service
from contactflow.gateway.emails.repository import SqlEmails
from contactflow.gateway.emails.schemas import EmailIn, Recipient
from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock
from contactflow.persistence import Works
from contactflow.vault import Email


@dataclass(frozen=True, slots=True)
class Intake:
    """Looks up who gets it where accounts lie, then keeps it where it was asked for."""

    works: Works
    clock: Clock

    async def take(self, workspace_id: UUID, asked: EmailIn) -> UUID | None:
        """The (first) e-mail's id. Raises IdempotencyMismatchError."""
        recipients = await self._recipients(workspace_id, asked)
        at = self.clock()
        async with self.works.begin(workspace_id) as work:
            emails = SqlEmails(work)
            taken = [
                await service.accept(emails, order=order, at=at)
                for order in asked.orders(recipients)
            ]
        return taken[0].id if taken else None

    async def _recipients(self, workspace_id: UUID, asked: EmailIn) -> Sequence[Recipient]:
        if asked.to:
            return [Recipient(asked.to, asked.locale)]
        async with self.works.begin(PLATFORM_WORKSPACE_ID) as work:
            officers = await accounts.officers(work, workspace_id)
        return [Recipient(Email(one.email), one.locale) for one in officers]

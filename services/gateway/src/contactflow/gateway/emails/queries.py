"""Reading an e-mail that waits, as it is going to be sent."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contactflow.gateway.emails.facts import FACTS
from contactflow.gateway.emails.model import EmailContent, Letter, OutgoingEmail
from contactflow.gateway.workspaces.model import Workspace
from contactflow.kernel import GoneError
from contactflow.persistence import Work
from contactflow.vault import Email, opened, reading


class Envelope(NamedTuple):
    """A letter, and what is written around it: whose e-mail it is, and since when."""

    email_id: UUID
    workspace: str
    at: datetime
    letter: Letter


async def waiting(work: Work, email_id: UUID) -> Envelope | None:
    """What is to be sent; None once it was, or was given up. Raises GoneError."""
    email = await work.session.get(OutgoingEmail, (work.workspace_id, email_id))
    if email is None or email.status != "queued":
        return None
    workspace = await work.session.get(Workspace, (work.workspace_id, work.workspace_id))
    statement = reading(EmailContent).where(EmailContent.id == email_id)
    for row in await opened(work, EmailContent, statement):
        facts = FACTS[email.template].model_validate(row.facts)
        letter = Letter(email.template, email.locale, Email(row.recipient), facts)
        return Envelope(email.id, workspace.name if workspace else "", email.created_at, letter)
    raise GoneError

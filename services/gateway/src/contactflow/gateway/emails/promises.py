"""What an e-mail promises for later: to be sent."""

from uuid import UUID

from pydantic import BaseModel

from contactflow.messaging import Promise


class SendEmail(BaseModel):
    """Which one; to whom, and what it says, is looked up when it is due."""

    workspace_id: UUID
    email_id: UUID


SEND = Promise("gateway.email.send", SendEmail)

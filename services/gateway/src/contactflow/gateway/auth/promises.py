"""What is promised for later to who asks for a new password: a code by e-mail."""

from uuid import UUID

from pydantic import BaseModel

from contactflow.messaging import Promise


class SendReset(BaseModel):
    """To whom, if there is such an account."""

    account_id: UUID


SEND_RESET = Promise("gateway.password_reset.send", SendReset)

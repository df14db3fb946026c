"""What privacy has gateway send."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol
from uuid import UUID

from pydantic import BaseModel

from contactflow.kernel import Locale, UnavailableError
from contactflow.web import InternalClient

Template = Literal["rights_code", "rights_answer", "rights_due", "rights_extended"]


class Email(BaseModel):
    """`to` an address, or `to_role` whoever has it. The same `key` is the same e-mail."""

    key: str
    template: Template
    locale: Locale
    to: str | None = None
    to_role: Literal["privacy_officer"] | None = None
    facts: Mapping[str, Any]


class Emails(Protocol):
    async def send(self, workspace_id: UUID, email: Email, /) -> UUID | None:
        """Its id, once gateway has taken it; None when nobody has the role.

        Raises UnavailableError.
        """


class _Taken(BaseModel):
    email_id: UUID | None


class HttpEmails:
    """Over HTTP, by gateway's internal route."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    async def send(self, workspace_id: UUID, email: Email) -> UUID | None:
        taken = await self._client.post(workspace_id, "/internal/emails", email, _Taken)
        if taken is None:
            raise UnavailableError(service="gateway")
        return taken.email_id

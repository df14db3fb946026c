"""What crm knows of whoever calls."""

from typing import Protocol
from uuid import UUID

from pydantic import BaseModel

from contactflow.kernel import LOCALES, Locale
from contactflow.web.client import InternalClient


class Contacts(Protocol):
    async def get(self, workspace_id: UUID, contact_id: UUID, /) -> "Served | None":
        """None when the contact is gone. Raises UnavailableError."""


class Served(BaseModel):
    """`language` is that of the person, by ISO 639-1; None while nobody knows it."""

    language: str | None

    @property
    def locale(self) -> Locale | None:
        """The same, if our agents have phrases in it."""
        return next((one for one in LOCALES if one == self.language), None)


class HttpContacts:
    """Crm, by its internal routes."""

    def __init__(self, client: InternalClient) -> None:
        self._client = client

    async def get(self, workspace_id: UUID, contact_id: UUID) -> Served | None:
        return await self._client.get(workspace_id, f"/internal/contacts/{contact_id}", Served)

"""What the use cases of a request stand on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contactflow.erasure.wire import Index
from contactflow.events.conversations import Right
from contactflow.events.workspaces import LegalRole
from contactflow.messaging import Promise
from contactflow.privacy.receipts.model import StoredReceipt
from contactflow.privacy.requests.acts import Action, Fact
from contactflow.privacy.requests.answer import Answer
from contactflow.privacy.requests.dossier import Dossier
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.promises import OfRequest
from contactflow.vault import Identity, People, Person


class Requests(Protocol):
    """The rights requests of one workspace."""

    @property
    def people(self) -> People: ...

    async def get(self, request_id: UUID, /) -> RightsRequest:
        """Raises RequestNotFoundError."""

    async def dossier(self, request_id: UUID, /) -> Dossier | None:
        """Held, so that nobody else reads it before the commit; None once it is over."""

    async def about(self, conversation_id: UUID, right: Right, /) -> RightsRequest | None:
        """The open request for this right that was made in this conversation."""

    async def answer(self, request_id: UUID, /) -> Answer | None:
        """Held; None once it has arrived, or was forgotten."""

    def add(self, row: RightsRequest | Dossier | Answer | StoredReceipt, /) -> None: ...

    async def remove(self, dossier: Dossier, /) -> None: ...

    async def forget(self, person: Person, /) -> None:
        """The subject of a request, with every row that hangs on it."""

    async def indexes(self, identities: Iterable[Identity], /) -> tuple[Index, ...]:
        """What participants find these by."""

    async def fences(self, indexes: Iterable[Index], /) -> tuple[Index, ...]:
        """What an erasure leaves of these: hashes that recognise, and find nobody."""

    async def legal_role(self) -> LegalRole:
        """Of the workspace: who decides about the data in it."""

    async def note(
        self, action: Action, request: RightsRequest, *, by: str, at: datetime, **facts: Fact
    ) -> None:
        """Into the audit ledger; last, as nobody else adds to it before the commit."""

    async def promise(
        self, what: Promise[OfRequest], request: RightsRequest, /, *, at: datetime | None = None
    ) -> None: ...


class Count(Protocol):
    """Counts a mail to an address, by its hash; raises when there were too many."""

    async def __call__(self, address: str, /) -> object: ...

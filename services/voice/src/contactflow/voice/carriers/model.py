"""A carrier: one account that brings calls to a workspace, its secrets sealed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Self
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.kernel import new_id
from contactflow.persistence import NOTHING_PERSONAL, Aggregate, Base
from contactflow.vault import OUTLIVES, Keyring

Kind = Literal["twilio", "telnyx"]
FIELD: Final = "voice.carrier.secrets"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A shared key of Twilio's, which signs webhooks with SHA-256."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What opens the account: Twilio's auth token or Telnyx's API key; never printed."""

    secret: str = field(repr=False)
    signing_key: SigningKey | None = None


SECRETS: Final = TypeAdapter(Secrets)


class Carrier(Aggregate, Base):
    """`public_key` verifies what Telnyx signs; what Twilio signs is verified by its secrets."""

    __tablename__ = "carriers"
    __table_args__ = (
        UniqueConstraint("workspace_id", "kind", "account_id"),
        {
            "info": NOTHING_PERSONAL
            | OUTLIVES
            | {"system": "a webhook names a carrier before a workspace is known"}
        },
    )

    kind: Mapped[Kind] = mapped_column(String)
    account_id: Mapped[str]
    public_key: Mapped[str | None]
    sealed: Mapped[bytes]

    @classmethod
    def create(
        cls,
        ring: Keyring,
        *,
        kind: Kind,
        account_id: str,
        secrets: Secrets,
        public_key: str | None,
        at: datetime,
    ) -> Self:
        carrier = cls(workspace_id=ring.workspace_id, id=new_id(), created_at=at)
        carrier.kind, carrier.account_id, carrier.public_key = kind, account_id, public_key
        carrier.sealed = sealed(ring, carrier.id, secrets)
        carrier.touch(at=at)
        return carrier

    def secrets(self, ring: Keyring) -> Secrets:
        return opened(ring, self.id, self.sealed)

    def renew(
        self, ring: Keyring, *, secrets: Secrets, public_key: str | None, at: datetime
    ) -> None:
        """Its keys are others from here on."""
        self.sealed, self.public_key = sealed(ring, self.id, secrets), public_key
        self.touch(at=at)


def sealed(ring: Keyring, carrier_id: UUID, secrets: Secrets) -> bytes:
    return ring.seal(SECRETS.dump_json(secrets), FIELD, carrier_id)


def opened(ring: Keyring, carrier_id: UUID, envelope: bytes) -> Secrets:
    """Raises UnsealError."""
    return SECRETS.validate_json(ring.open(envelope, FIELD, carrier_id))

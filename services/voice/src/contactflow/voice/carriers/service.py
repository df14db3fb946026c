"""What can be done with carriers."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from contactflow.persistence import Expected
from contactflow.vault import Keyring
from contactflow.voice.carriers.errors import CarrierExistsError, CarrierInUseError
from contactflow.voice.carriers.model import Carrier, Kind, Secrets, SigningKey


class Carriers(Protocol):
    """The carriers of one workspace."""

    @property
    def ring(self) -> Keyring: ...
    async def get(self, carrier_id: UUID, /) -> Carrier: ...
    async def is_known(self, kind: Kind, account_id: str) -> bool:
        """Whoever asks is alone with that account until the commit."""

    async def has_numbers(self, carrier: Carrier, /) -> bool: ...
    def add(self, carrier: Carrier, /) -> None: ...
    async def remove(self, carrier: Carrier, /) -> None: ...


async def create(
    carriers: Carriers,
    *,
    kind: Kind,
    account_id: str,
    secrets: Secrets,
    public_key: str | None,
    at: datetime,
) -> Carrier:
    if await carriers.is_known(kind, account_id):
        raise CarrierExistsError
    carrier = Carrier.create(
        carriers.ring,
        kind=kind,
        account_id=account_id,
        secrets=secrets,
        public_key=public_key,
        at=at,
    )
    carriers.add(carrier)
    return carrier


class News(Protocol):
    """What is new of a carrier; None for what stays."""

    @property
    def secret(self) -> str | None: ...
    @property
    def public_key(self) -> str | None: ...


async def renew(
    carriers: Carriers,
    *,
    carrier_id: UUID,
    version: Expected,
    new: News,
    signing_key: SigningKey | None,
    at: datetime,
) -> Carrier:
    carrier = await carriers.get(carrier_id)
    carrier.expect(version)
    known = carrier.secrets(carriers.ring)
    secrets = Secrets(new.secret or known.secret, signing_key or known.signing_key)
    public_key = new.public_key or carrier.public_key
    carrier.renew(carriers.ring, secrets=secrets, public_key=public_key, at=at)
    return carrier


async def delete(carriers: Carriers, *, carrier_id: UUID, version: Expected) -> None:
    """Its calls stay as they were."""
    carrier = await carriers.get(carrier_id)
    carrier.expect(version)
    if await carriers.has_numbers(carrier):
        raise CarrierInUseError
    await carriers.remove(carrier)

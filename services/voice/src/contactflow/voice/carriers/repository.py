"""Loading and storing carriers."""

from uuid import UUID

from sqlalchemy import exists, select, text

from contactflow.persistence import Work
from contactflow.vault import Keyring, keyring
from contactflow.voice.carriers.errors import CarrierNotFoundError
from contactflow.voice.carriers.model import Carrier, Kind

ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")
NUMBERS = text("SELECT EXISTS (SELECT FROM phone_numbers WHERE carrier_id = :carrier_id)")


class SqlCarriers:
    def __init__(self, work: Work) -> None:
        self._work = work

    @property
    def ring(self) -> Keyring:
        return keyring(self._work.session.info)

    async def get(self, carrier_id: UUID) -> Carrier:
        """Held until the commit. Raises CarrierNotFoundError."""
        return await self._one(carrier_id, alone=True)

    async def read(self, carrier_id: UUID) -> Carrier:
        """To look at, without a lock: its calls wait for nobody. Raises as above."""
        return await self._one(carrier_id, alone=False)

    async def is_known(self, kind: Kind, account_id: str) -> bool:
        what = f"carrier {self._work.workspace_id} {kind} {account_id}"
        await self._work.rows(ALONE, {"what": what})
        same = (Carrier.kind == kind) & (Carrier.account_id == account_id)
        return bool(await self._work.session.scalar(select(exists().where(same))))

    async def has_numbers(self, carrier: Carrier) -> bool:
        found = await self._work.rows(NUMBERS, {"carrier_id": carrier.id})
        return bool(found.scalar_one())

    def add(self, carrier: Carrier) -> None:
        self._work.session.add(carrier)

    async def remove(self, carrier: Carrier) -> None:
        await self._work.session.delete(carrier)

    async def _one(self, carrier_id: UUID, *, alone: bool) -> Carrier:
        key = (self._work.workspace_id, carrier_id)
        carrier = await self._work.session.get(Carrier, key, with_for_update=alone)
        if carrier is None:
            raise CarrierNotFoundError
        return carrier

"""Ledgers, and entries as privacy writes them."""

from typing import Any
from uuid import UUID

from joserfc.jwk import OKPKey
from obstore.store import MemoryStore

from contactflow.erasure.entries import Entry, Signer, Verifier
from contactflow.erasure.fences import fences
from contactflow.erasure.ledger import LedgerWriter
from contactflow.kernel import Clock, UnavailableError, new_id
from contactflow.persistence import Work, Works
from contactflow.testing.clock import NOON
from contactflow.vault import Identity, indexer

KEY = OKPKey.generate_key("Ed25519")
SIGNER = Signer(KEY.as_pem(private=True).decode())
VERIFIER = Verifier(KEY.as_dict(private=False))


class Flaky(LedgerWriter):
    """One in memory, that may be away."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(MemoryStore(), VERIFIER, clock, SIGNER)
        self.is_away = False

    async def _positions(self, after: int = 0) -> list[int]:
        if self.is_away:
            raise UnavailableError
        return await super()._positions(after)


async def an_entry(works: Works, workspace_id: UUID, *whom: Identity, **said: Any) -> Entry:
    """As privacy writes it."""

    async def fenced(work: Work) -> Entry:
        hashes = indexer(work.session.info)
        around = fences(hashes, hashes.indexes(whom))
        plain: dict[str, Any] = {"request_id": new_id(), "round": 1, "fenced_at": NOON}
        plain |= {"workspace_id": workspace_id, "subjects": {}}
        return Entry(**{**plain, "fences": tuple(one.said for one in around), **said})

    return await works.run(workspace_id, fenced)

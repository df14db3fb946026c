"""What an erasure leaves, so that nobody but the person brings themselves back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from contactflow.erasure.wire import Index
from contactflow.events.erasures import ParticipantName
from contactflow.persistence import Work
from contactflow.vault.indexes import BlindIndex, Indexer
from contactflow.vault.persons import ErasureFence
from contactflow.vault.subjects import stranger

FENCES: Final[Any] = ErasureFence.__table__


class Fence(NamedTuple):
    """The suppression hash of one identity, under one version of the index secret."""

    kind: str
    version: int
    digest: bytes

    @classmethod
    def read(cls, said: Index) -> "Fence":
        """As the ledger has it."""
        return cls(said.kind, said.version, bytes.fromhex(said.digest))

    @property
    def said(self) -> Index:
        """For the ledger."""
        return Index(kind=self.kind, version=self.version, digest=self.digest.hex())


def fences(indexer: Indexer, indexes: Iterable[BlindIndex]) -> frozenset[Fence]:
    """Those of these identities. A version that is not live here can have found nobody here."""
    return frozenset(
        Fence(one.kind, one.version, indexer.suppression(one))
        for one in indexes
        if one.version in indexer.versions
    )


def strangers(elsewhere: Mapping[ParticipantName, Iterable[UUID]]) -> frozenset[BlindIndex]:
    """People as other services know them, as what is locked and fenced here."""
    return frozenset(
        stranger(service, subject_id)
        for service, subjects in elsewhere.items()
        for subject_id in subjects
    )


async def put_up(work: Work, around: Iterable[Fence], *, at: datetime, request_id: UUID) -> None:
    """Keep these identities out from then on. Of two erasures the later one counts."""
    rows = [
        {
            "workspace_id": work.workspace_id,
            "kind": one.kind,
            "index_version": one.version,
            "suppression_hash": one.digest,
            "fenced_at": at,
            "request_id": request_id,
        }
        for one in sorted(around)
    ]
    if rows:
        new = insert(FENCES)
        later = {"fenced_at": new.excluded.fenced_at, "request_id": new.excluded.request_id}
        earlier = FENCES.c.fenced_at < new.excluded.fenced_at
        key = FENCES.primary_key
        await work.rows(
            new.on_conflict_do_update(index_elements=key, set_=later, where=earlier), rows
        )

"""What privacy and a participant say to each other over HTTP.

Identities travel as blind indexes, which all services derive alike and nobody can read; people as
the ids that each service gave them.

    privacy      POST /internal/erasures/discover             Person -> Discovered
    privacy      POST /internal/erasures/{request_id}/verify  Person -> Verified
    participant  GET  /internal/rights-requests/{request_id}/order  -> Order, or 404 when over
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contactflow.events.erasures import ParticipantName
from contactflow.vault.indexes import BlindIndex

Counts = Mapping[str, int]
"""Rows by table."""


class Told(BaseModel):
    """The base of them all."""

    model_config = ConfigDict(frozen=True)


class Index(Told):
    """A blind index; `digest` in hexadecimal."""

    kind: str
    version: int
    digest: str

    @classmethod
    def of(cls, index: BlindIndex) -> "Index":
        """To be sent."""
        return cls(kind=index.kind, version=index.version, digest=index.digest.hex())

    @property
    def blind(self) -> BlindIndex:
        """As a database has it."""
        return BlindIndex(self.kind, self.version, bytes.fromhex(self.digest))


class Person(Told):
    """Whom it is about, as far as is known: their identities, their subjects in each service.

    Identities are theirs and nobody else's; what they only claimed is not among them.
    """

    indexes: tuple[Index, ...] = ()
    subjects: Mapping[ParticipantName, tuple[UUID, ...]] = {}


class Claim(Told):
    """Somebody in this service has said to have one of the identities: perhaps the same person.

    Never erased without a decision. `rows` is what would go.
    """

    subject_id: UUID
    kind: str
    rows: Counts


class Discovered(Told):
    """What a participant knows: its own subjects, their identities, who they are elsewhere.

    `rows` counts what an erasure would delete, as things stand. Nothing of a claim is in it.
    `more_claims` counts the claimants who are not listed: only the newest are.
    """

    person: Person
    rows: Counts
    claims: tuple[Claim, ...] = ()
    more_claims: int = 0


class Order(Told):
    """What one participant has to do in a round; `subjects` are its own.

    `elsewhere` are the same person's in other services: nothing late may join them here again.

    `fenced_at` is None until the erasure was approved: then there is nothing to erase yet.
    `position` is the round's place in the ledger.
    """

    request_id: UUID
    round: int
    position: int | None
    fenced_at: datetime | None
    restricted: bool
    indexes: tuple[Index, ...]
    subjects: tuple[UUID, ...]
    elsewhere: Mapping[ParticipantName, tuple[UUID, ...]] = {}


class Verified(Told):
    """What a participant deleted, over all rounds, and what it still holds, looked up afresh."""

    deleted: Counts
    residue: Counts

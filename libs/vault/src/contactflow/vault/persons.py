"""The rows that say which people a service knows, how to find them, and who was erased."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, ForeignKeyConstraint, Index, PrimaryKeyConstraint, event, func
from sqlalchemy.orm import Mapped, QueryContext

from contactflow.kernel import new_id
from contactflow.persistence import Base, WorkspaceRow
from contactflow.vault.envelopes import DataKey
from contactflow.vault.indexes import BlindIndex
from contactflow.vault.keys import Keyring, keyring
from contactflow.vault.registry import Category, Retention, neutral, unsealed


class Person(WorkspaceRow, Base):
    """One person in one workspace, as this service knows them; the owner of a key."""

    __tablename__ = "subjects"

    kek_id: Mapped[int] = neutral()
    wrapped_key: Mapped[bytes] = neutral()
    restricted_at: Mapped[datetime | None] = unsealed(
        "vault.person.restricted_at", Category.PREFERENCE
    )
    created_at: Mapped[datetime] = neutral(server_default=func.now())

    def __init__(self, ring: Keyring) -> None:
        self.workspace_id, self.id, self.restricted_at = ring.workspace_id, new_id(), None
        self.kek_id, self.wrapped_key, key = ring.new_key(self.id)
        self._key: DataKey = key

    @property
    def key(self) -> DataKey:
        """What seals and opens every field about this person."""
        return self._key


@event.listens_for(Person, "load")
def _unlock(person: Person, context: QueryContext) -> None:
    ring = keyring(context.session.info)
    person._key = ring.key(person.kek_id, person.wrapped_key, person.id)  # noqa: SLF001  its loader


class SubjectIdentity(Base):
    """A person is found by this identity. A claimed one finds nobody.

    `claimed`: a visitor said so, or several people share it. Anybody may claim any identity;
    an unclaimed one belongs to one person of the workspace.
    """

    __tablename__ = "subject_identities"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "kind", "index_version", "blind_index", "subject_id"),
        ForeignKeyConstraint(
            ["workspace_id", "subject_id"],
            ["subjects.workspace_id", "subjects.id"],
            ondelete="CASCADE",
        ),
        Index(None, "workspace_id", "subject_id"),
        Index(
            "uq_subject_identities_unclaimed",
            "workspace_id",
            "kind",
            "index_version",
            "blind_index",
            unique=True,
            postgresql_where="NOT claimed",
        ),
    )

    workspace_id: Mapped[UUID] = neutral()
    kind: Mapped[str] = neutral()
    index_version: Mapped[int] = neutral()
    blind_index: Mapped[bytes] = unsealed("vault.identity.blind_index", Category.PSEUDONYM)
    subject_id: Mapped[UUID] = neutral()
    claimed: Mapped[bool] = neutral()

    @property
    def index(self) -> BlindIndex:
        """Which identity it is of."""
        return BlindIndex(self.kind, self.index_version, self.blind_index)


class ErasureFence(Base):
    """Whoever has this identity was erased then; only they themselves can come back."""

    __tablename__ = "erasure_fences"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "kind", "index_version", "suppression_hash"),
        Index(None, "fenced_at"),
        {"info": {"system": "a chore purges it"}},
    )

    workspace_id: Mapped[UUID] = neutral()
    kind: Mapped[str] = neutral()
    index_version: Mapped[int] = neutral()
    suppression_hash: Mapped[bytes] = unsealed(
        "vault.fence.suppression_hash", Category.PSEUDONYM, Retention.SUPPRESSION
    )
    fenced_at: Mapped[datetime] = neutral()
    request_id: Mapped[UUID] = neutral()


FENCED_AT: Any = DDL(  # type: ignore[no-untyped-call]
    """
    CREATE FUNCTION fenced_at(locks bigint[], hashes bytea[]) RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(one) FROM unnest(locks) AS one;
        RETURN (SELECT max(fence.fenced_at) FROM erasure_fences AS fence
                WHERE fence.suppression_hash = ANY (hashes));
    END $$
"""
)
"""Locks, then looks for fences, in one round trip. In a volatile function each statement sees what
was committed before it began (PostgreSQL 18, section 36.7): the look sees whom the lock waited for.
"""
event.listen(ErasureFence.__table__, "after_create", FENCED_AT)

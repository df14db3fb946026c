"""Keys: a root key wraps one key per workspace, which wraps one key per person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint, Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped

from contactflow.kernel import Clock, GoneError, UnavailableError, system_clock
from contactflow.persistence import NOTHING_PERSONAL, Base, Work
from contactflow.vault.envelopes import DataKey, UnsealError, binding, new_secret
from contactflow.vault.indexes import Indexer

REMEMBERED = timedelta(seconds=60)
PERSON_KEY = "vault.person.key"
WORKSPACE_KEY = "vault.workspace.key"
ROOT_SIZE = 32
KEK_ID = 4  # bytes


class WorkspaceNotReadyError(UnavailableError):
    """The workspace has no key yet: its `workspace.created` has not arrived here."""

    code = "workspace_not_ready"


class WorkspaceClosedError(GoneError):
    """The workspace's keys were destroyed."""

    code = "workspace_closed"


class KeyStore(Protocol):
    """Holds the service's root key: the environment, a file, a KMS.

    `unwrap` of what was wrapped under another `bound_to`, or another root key, raises
    UnsealError; a store that can't answer raises UnavailableError.
    """

    async def wrap(self, secret: bytes, bound_to: bytes) -> bytes:
        """Seal a workspace's key."""

    async def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        """Open a workspace's key."""


class RootKey:
    """A key store that has the root key, 32 bytes, in memory."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != ROOT_SIZE:
            raise ValueError("a root key has 32 bytes")
        self._key = DataKey(secret)

    async def wrap(self, secret: bytes, bound_to: bytes) -> bytes:
        """See KeyStore."""
        return self._key.seal(secret, bound_to)

    async def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        """See KeyStore."""
        return self._key.open(wrapped, bound_to)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one workspace, unlocked: everything from here on is synchronous."""

    workspace_id: UUID
    current: int
    indexer: Indexer = field(repr=False)
    _keys: Mapping[int, DataKey] = field(repr=False)

    def new_key(self, subject_id: UUID) -> tuple[int, bytes, DataKey]:
        """A fresh key for a person: the id of what wraps it, the wrapped key, the key."""
        secret = new_secret()
        wrapped = self._keys[self.current].seal(secret, self._bound_to(subject_id))
        return self.current, wrapped, DataKey(secret)

    def key(self, kek_id: int, wrapped: bytes, subject_id: UUID) -> DataKey:
        """A person's key. Raises UnsealError."""
        return DataKey(self._kek(kek_id).open(wrapped, self._bound_to(subject_id)))

    def seal(self, plain: bytes, field_id: str, row_id: UUID) -> bytes:
        """An envelope under the workspace's own key, for secrets that are about no person."""
        envelope = self._keys[self.current].seal(plain, self._own(field_id, row_id))
        return self.current.to_bytes(KEK_ID) + envelope

    def open(self, sealed: bytes, field_id: str, row_id: UUID) -> bytes:
        """What was sealed so. Raises UnsealError."""
        kek = self._kek(int.from_bytes(sealed[:KEK_ID]))
        return kek.open(sealed[KEK_ID:], self._own(field_id, row_id))

    def _kek(self, kek_id: int) -> DataKey:
        key = self._keys.get(kek_id)
        if key is None:
            raise UnsealError
        return key

    def _own(self, field_id: str, row_id: UUID) -> bytes:
        return binding(self.workspace_id, field_id, row_id)

    def _bound_to(self, subject_id: UUID) -> bytes:
        return binding(self.workspace_id, PERSON_KEY, subject_id)


class WorkspaceKey(Base):
    """A workspace's key, wrapped by the root key; NULL once it is destroyed."""

    __tablename__ = "workspace_keys"
    __table_args__ = (PrimaryKeyConstraint("workspace_id", "kek_id"), {"info": NOTHING_PERSONAL})

    workspace_id: Mapped[UUID]
    kek_id: Mapped[int]
    wrapped: Mapped[bytes | None]


class Vault:
    """Unlocks workspaces. Asks the key store, then remembers the keyring for a minute."""

    def __init__(
        self, store: KeyStore, index_secrets: Mapping[int, bytes], clock: Clock = system_clock
    ) -> None:
        self._store, self._secrets, self._clock = store, index_secrets, clock
        self._rings: dict[UUID, tuple[datetime, Keyring]] = {}

    async def unlock(self, work: Work) -> None:
        """Give the unit of work its keyring; `keyring` says why if there is none.

        The indexer it has in any case: who is sought needs no key to be not there.
        """
        self._forget_old()
        known = self._rings.get(work.workspace_id)
        ring = known[1] if known else await self._load(work)
        work.session.info["keyring"] = ring
        work.session.info["indexer"] = (
            ring.indexer if isinstance(ring, Keyring) else Indexer(work.workspace_id, self._secrets)
        )

    async def create_key(self, work: Work) -> None:
        """Make the workspace's first key; again, or after it was closed, changes nothing.

        Usable once this transaction is committed, not before: a key that is
        remembered and then rolled back would lose what it sealed.
        """
        wrapped = await self._store.wrap(new_secret(), _bound_to(work.workspace_id))
        row = {"workspace_id": work.workspace_id, "kek_id": 1, "wrapped": wrapped}
        await work.rows(insert(WorkspaceKey).values(row).on_conflict_do_nothing())

    def forget(self, workspace_id: UUID) -> None:
        """Drop the workspace's keyring from memory, e.g. when its keys are destroyed."""
        self._rings.pop(workspace_id, None)

    async def _load(self, work: Work) -> Keyring | type[Exception]:
        stored = (await work.rows(select(WorkspaceKey.kek_id, WorkspaceKey.wrapped))).all()
        wrapped = [row for row in stored if row.wrapped is not None]
        if not wrapped:
            return WorkspaceClosedError if stored else WorkspaceNotReadyError
        keys = {row.kek_id: await self._unwrapped(work.workspace_id, row) for row in wrapped}
        indexer = Indexer(work.workspace_id, self._secrets)
        ring = Keyring(work.workspace_id, max(keys), indexer, keys)
        self._rings[work.workspace_id] = self._clock() + REMEMBERED, ring
        return ring

    async def _unwrapped(self, workspace_id: UUID, row: Row[Any]) -> DataKey:
        return DataKey(await self._store.unwrap(row.wrapped, _bound_to(workspace_id)))

    def _forget_old(self) -> None:
        now = self._clock()
        for workspace_id, (until, _) in list(self._rings.items()):
            if until <= now:
                self.forget(workspace_id)


def keyring(info: Mapping[Any, Any]) -> Keyring:
    """The keyring of a session.

    Raises WorkspaceNotReadyError, or WorkspaceClosedError once its keys were destroyed.
    """
    ring: Keyring | type[Exception] = info.get("keyring", WorkspaceNotReadyError)
    if isinstance(ring, Keyring):
        return ring
    raise ring


def indexer(info: Mapping[Any, Any]) -> Indexer:
    """The keyed hashes of a session's workspace, whether it has a key here or not."""
    known: Indexer = info["indexer"]
    return known


def _bound_to(workspace_id: UUID) -> bytes:
    return binding(workspace_id, WORKSPACE_KEY, workspace_id)

"""Keys: a root key wraps one key per workspace, that wraps one key per person."""

import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import PrimaryKeyConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped

from contactflow.kernel import ContactFlowError, GoneError
from contactflow.persistence import Base, Work
from contactflow.vault.identities import Identity

VERSION = b"\x01"
NONCE = 12


class UnsealError(ContactFlowError):
    """Another row's ciphertext, another person's key, or a damaged envelope."""

    code = "unseal_failed"


class WorkspaceLockedError(GoneError):
    """The workspace has no key: not opened yet, or closed."""

    code = "workspace_locked"


class DataKey:
    """One person's key. It seals and opens; it is never shown, copied or pickled."""

    __slots__ = ("_aead",)

    def __init__(self, secret: bytes) -> None:
        self._aead = AESGCM(secret)

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._aead.encrypt(nonce, plain, bound_to)

    def open(self, envelope: bytes, bound_to: bytes) -> bytes:
        try:
            return self._aead.decrypt(envelope[1:13], envelope[13:], bound_to)
        except InvalidTag:
            raise UnsealError from None

    def __reduce__(self) -> NoReturn:
        raise TypeError("a data key never leaves the process")


class KeyStore(Protocol):
    """Holds the service's root key: a file, a KMS."""

    async def wrap(self, secret: bytes, bound_to: bytes) -> bytes: ...
    async def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes: ...


class RootKey:
    """A key store that has the root key in memory."""

    def __init__(self, secret: bytes) -> None:
        self._key = DataKey(secret)

    async def wrap(self, secret: bytes, bound_to: bytes) -> bytes:
        return self._key.seal(secret, bound_to)

    async def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        return self._key.open(wrapped, bound_to)


class BlindIndex(NamedTuple):
    kind: str
    version: int
    digest: bytes


class Indexer:
    """Keyed hashes of identities in one workspace, one per live version."""

    def __init__(self, workspace_id: UUID, secrets: Mapping[int, bytes]) -> None:
        self._keys = {
            (kind.kind, version): _derived(secret, workspace_id, kind.kind)
            for kind in Identity.__subclasses__()
            for version, secret in secrets.items()
        }

    def indexes(self, identities: Iterable[Identity]) -> list[BlindIndex]:
        """Every live version of each identity, sorted: the order locks are taken in."""
        return sorted(
            BlindIndex(one.kind, version, _hmac(key, one.value.encode()))
            for one in identities
            for (kind, version), key in self._keys.items()
            if kind == one.kind
        )

    def suppression(self, index: BlindIndex) -> bytes:
        """What an erasure leaves behind: recognises the identity, is not its index."""
        return _hmac(self._keys[index.kind, index.version], b"suppressed" + index.digest)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one workspace, unlocked: everything from here on is synchronous."""

    workspace_id: UUID
    current: int
    indexer: Indexer = field(repr=False)
    _keys: Mapping[int, DataKey] = field(repr=False)

    def new_key(self, subject_id: UUID) -> tuple[int, bytes, DataKey]:
        """A fresh key for a person: the id of what wraps it, the wrapped key, the key."""
        secret = AESGCM.generate_key(256)
        return (
            self.current,
            self._keys[self.current].seal(secret, self._aad(subject_id)),
            DataKey(secret),
        )

    def key(self, kek_id: int, wrapped: bytes, subject_id: UUID) -> DataKey:
        return DataKey(self._keys[kek_id].open(wrapped, self._aad(subject_id)))

    def _aad(self, subject_id: UUID) -> bytes:
        return self.workspace_id.bytes + subject_id.bytes


class WorkspaceKey(Base):
    """A workspace's key, wrapped by the root key. Closing a workspace deletes it."""

    __tablename__ = "workspace_keys"
    __table_args__ = (PrimaryKeyConstraint("workspace_id", "kek_id"),)

    workspace_id: Mapped[UUID]
    kek_id: Mapped[int]
    wrapped: Mapped[bytes]


class Vault:
    """Unlocks workspaces. Asks the key store once per workspace, then remembers."""

    def __init__(self, store: KeyStore, index_secrets: Mapping[int, bytes]) -> None:
        self._store = store
        self._secrets = index_secrets
        self._rings: dict[UUID, Keyring] = {}

    async def unlock(self, work: Work) -> None:
        """Give the unit of work its workspace's keyring, if the workspace has a key."""
        ring = self._rings.get(work.workspace_id) or await self._load(work)
        if ring:
            self._rings[work.workspace_id] = work.session.info["keyring"] = ring

    async def create_key(self, work: Work) -> None:
        """Make the workspace's first key.

        Usable once this transaction is committed, not before: a key that is
        remembered and then rolled back would lose what it sealed.
        """
        wrapped = await self._store.wrap(AESGCM.generate_key(256), work.workspace_id.bytes)
        row = {"workspace_id": work.workspace_id, "kek_id": 1, "wrapped": wrapped}
        await work.rows(insert(WorkspaceKey).values(row).on_conflict_do_nothing())

    async def _load(self, work: Work) -> Keyring | None:
        stored = (await work.rows(select(WorkspaceKey.kek_id, WorkspaceKey.wrapped))).all()
        aad = work.workspace_id.bytes
        keys = {row.kek_id: DataKey(await self._store.unwrap(row.wrapped, aad)) for row in stored}
        indexer = Indexer(work.workspace_id, self._secrets)
        return Keyring(work.workspace_id, max(keys), indexer, keys) if keys else None


def keyring(info: Mapping[Any, Any]) -> Keyring:
    """The keyring of a session. Raises WorkspaceLockedError if the workspace has no key."""
    ring: Keyring | None = info.get("keyring")
    if ring is None:
        raise WorkspaceLockedError
    return ring


def _derived(secret: bytes, workspace_id: UUID, kind: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=workspace_id.bytes + kind.encode()).derive(secret)


def _hmac(key: bytes, value: bytes) -> bytes:
    return hmac.digest(key, value, "sha256")

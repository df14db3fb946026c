"""One erasure as the ledger has it: signed by privacy, chained to the one before.

An entry finds nobody: identities are suppression hashes, which only who has the index secrets can
compare with what a database holds.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from contactflow.erasure.wire import Index, Told
from contactflow.events.erasures import ParticipantName
from contactflow.web.tokens import ALGORITHM, PublicKeys, public_keys, signing_key

TYPE: Final = "erasure-ledger+jws"


class DamagedLedgerError(Exception):
    """The ledger is not as privacy wrote it: no service may trust what it does not say."""

    code = "damaged_ledger"

    def __init__(self, position: int, why: str) -> None:
        super().__init__(f"{position}: {why}")
        self.position, self.why = position, why


class Entry(Told):
    """What is erased; a fence's `digest` is its suppression hash."""

    request_id: UUID
    round: int
    workspace_id: UUID
    fenced_at: datetime
    fences: tuple[Index, ...]
    subjects: Mapping[ParticipantName, tuple[UUID, ...]]


class Recorded(Entry):
    """An entry at its place. `previous` and `previous_at` are of the one before, if there is one.

    `previous` is the SHA-256 of its object, in hexadecimal.
    """

    position: int
    previous: str | None
    previous_at: datetime | None


class Signer:
    """Signs entries. `key` is privacy's Ed25519 private key, as PEM or as JWK text."""

    def __init__(self, key: str) -> None:
        self._key = signing_key(key)
        self._header = {"alg": ALGORITHM, "kid": self._key.thumbprint(), "typ": TYPE}

    def sign(self, recorded: Recorded) -> bytes:
        """The object (a compact JWS, RFC 7515)."""
        said = recorded.model_dump_json().encode()
        return jws.serialize_compact(self._header, said, self._key, algorithms=[ALGORITHM]).encode()


class Verifier:
    """Reads what was signed with one of these keys; without keys it trusts nothing."""

    def __init__(self, trusted: PublicKeys) -> None:
        self._keys = {key.thumbprint(): key for key in public_keys(trusted)}

    def read(self, position: int, signed: bytes) -> Recorded:
        """The entry that was put there. Raises DamagedLedgerError."""
        try:
            recorded = Recorded.model_validate_json(self._verified(signed))
        except (JoseError, KeyError, TypeError, ValueError):
            raise DamagedLedgerError(position, "is not what privacy signed") from None
        if recorded.position != position:
            raise DamagedLedgerError(position, "lies at another place")
        return recorded

    def _verified(self, signed: bytes) -> bytes:
        read = jws.deserialize_compact(signed, self._key, algorithms=[ALGORITHM])
        if read.headers().get("typ") != TYPE:
            raise ValueError("typ")
        return read.payload

    def _key(self, token: Any) -> OKPKey:
        """The key that the entry names; the algorithm is ours, never the entry's."""
        return self._keys[token.headers()["kid"]]


def digest(signed: bytes) -> str:
    """What the next entry says of this object."""
    return sha256(signed).hexdigest()

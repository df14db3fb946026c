"""Blind indexes: what finds a person by an identity without storing it."""

import hmac
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contactflow.vault.identities import Identity

SIZE = 16  # bytes: 128 bits never meet by chance
WORD_SIZE = 8  # a word may meet another: what is found is joined to rows that tell the truth
WORDS = "words"
FENCE = "fence"


class BlindIndex(NamedTuple):
    """The keyed hash of one identity, under one version of the index secret."""

    kind: str
    version: int
    digest: bytes


class Indexer:
    """Keyed hashes of identities and words in one workspace, one per live version.

    Keys are derived from the secret for one workspace and one use, so that hashes of different
    workspaces, kinds and uses never tell anything about each other.
    """

    def __init__(self, workspace_id: UUID, secrets: Mapping[int, bytes]) -> None:
        uses = [*(kind.kind for kind in Identity.__subclasses__()), WORDS, FENCE]
        self.versions = sorted(secrets)
        self._keys = {
            (use, version): _derived(secret, workspace_id, use)
            for use in uses
            for version, secret in secrets.items()
        }

    def indexes(self, identities: Iterable[Identity]) -> list[BlindIndex]:
        """Every live version of each identity, sorted."""
        return sorted(
            BlindIndex(one.kind, version, self._hash(one.kind, version, one.value, SIZE))
            for one in frozenset(identities)
            for version in self.versions
        )

    def suppression(self, index: BlindIndex) -> bytes:
        """What an erasure leaves behind: recognises the identity, is not its index."""
        key = self._keys[FENCE, index.version]
        return hmac.digest(key, index.kind.encode() + b"\0" + index.digest, "sha256")

    def words(self, field_id: str, words: Iterable[str]) -> list[bytes]:
        """Every live version of each word of a searchable field, in the order of the words."""
        return [
            self._hash(WORDS, version, f"{field_id}\0{word}", WORD_SIZE)
            for word in words
            for version in self.versions
        ]

    def _hash(self, use: str, version: int, value: str, size: int) -> bytes:
        return hmac.digest(self._keys[use, version], value.encode(), "sha256")[:size]


def _derived(secret: bytes, workspace_id: UUID, use: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=workspace_id.bytes + use.encode()).derive(secret)

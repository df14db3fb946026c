"""A key that seals values into envelopes, and opens them again."""

import os
from typing import NoReturn
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE = 12
ID_SIZE = (16).to_bytes(2)
BODY = len(VERSION) + NONCE


class UnsealError(Exception):
    """Another row's ciphertext, another person's key, or a damaged envelope: no caller's fault."""

    code = "unseal_failed"


class DataKey:
    """One key: it seals and opens; it is never shown, copied or pickled.

    An envelope is a version byte, a random 96-bit nonce, and AES-256-GCM ciphertext with its tag;
    the version is authenticated with what it is bound to.
    """

    __slots__ = ("_aead",)

    def __init__(self, secret: bytes) -> None:
        self._aead = AESGCM(secret)

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        """An envelope that opens only with the same key and the same `bound_to`."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._aead.encrypt(nonce, plain, VERSION + bound_to)

    def open(self, envelope: bytes, bound_to: bytes) -> bytes:
        """What was sealed. Raises UnsealError."""
        nonce, body = envelope[len(VERSION) : BODY], envelope[BODY:]
        try:
            return self._aead.decrypt(nonce, body, envelope[: len(VERSION)] + bound_to)
        except (InvalidTag, ValueError):
            raise UnsealError from None

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key never leaves the process")


def binding(workspace_id: UUID, field_id: str, row_id: UUID) -> bytes:
    """What a value is bound to. Each part follows its length, so that no two bindings meet."""
    field = field_id.encode()
    size = len(field).to_bytes(2)
    return b"".join((ID_SIZE, workspace_id.bytes, size, field, ID_SIZE, row_id.bytes))


def new_secret() -> bytes:
    """The secret of a fresh key."""
    return AESGCM.generate_key(256)

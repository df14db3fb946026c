"""Keys of receipts: the one that signs, and those that were published."""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn, Self, TypeGuard

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from contactflow.erasure.receipts.errors import KeysError, MalformedReceiptError
from contactflow.erasure.receipts.reading import read

ED25519: Final = {"kty": "OKP", "crv": "Ed25519"}
SIZE: Final = 32  # bytes of either half
BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


class ReceiptKey:
    """Signs receipts; it is never shown or pickled. `jwk` is the half that is published."""

    __slots__ = ("_key", "jwk")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        public = key.public_key()
        self._key = key
        self.jwk: dict[str, str] = {**_members(public), "kid": thumbprint(public)}

    @classmethod
    def from_jwk(cls, text: str) -> Self:
        """From a private JWK (RFC 8037). Raises KeysError, also when its two halves differ."""
        try:
            jwk = read(text.encode())
        except MalformedReceiptError:
            raise KeysError from None
        if not _is_ours(jwk):
            raise KeysError
        key = cls(Ed25519PrivateKey.from_private_bytes(_half(jwk, "d")))
        if jwk.get("x") != key.jwk["x"]:
            raise KeysError
        return key

    @property
    def id(self) -> str:
        """Its thumbprint."""
        return self.jwk["kid"]

    def sign(self, form: bytes) -> str:
        """The signature, as base64url."""
        return encoded(self._key.sign(form))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key never leaves the process")


def published(keys: Iterable[ReceiptKey], retired: Iterable[object] = ()) -> dict[str, Any]:
    """What `/.well-known/contactflow-keys.json` says: a JWK set (RFC 7517).

    `retired`: JWKs of keys that sign no more; only their public half is said. Raises KeysError.
    """
    old = known({"keys": [*retired]})
    before = [{**_members(key), "kid": name} for name, key in old.items()]
    return {"keys": [*(key.jwk for key in keys), *before]}


def known(keys: object) -> dict[str, Ed25519PublicKey]:
    """The keys of a set by thumbprint: by what they are, whatever they say to be.

    Other kinds of keys may be in it (RFC 7517, section 5). Raises KeysError.
    """
    listed = keys.get("keys") if isinstance(keys, Mapping) else None
    if not isinstance(listed, list):
        raise KeysError
    public = [
        Ed25519PublicKey.from_public_bytes(_half(one, "x")) for one in listed if _is_ours(one)
    ]
    return {thumbprint(key): key for key in public}


def thumbprint(key: Ed25519PublicKey) -> str:
    """RFC 7638."""
    return encoded(hashlib.sha256(rfc8785.dumps(_members(key))).digest())


def encoded(raw: bytes) -> str:
    """As base64url without padding (RFC 7515)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Back again, from the one way to write it. Raises ValueError."""
    if not BASE64URL.fullmatch(text):
        raise ValueError("base64url")
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encoded(raw) != text:
        raise ValueError("base64url")
    return raw


def _members(key: Ed25519PublicKey) -> dict[str, str]:
    return {**ED25519, "x": encoded(key.public_bytes_raw())}


def _is_ours(jwk: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(jwk, Mapping) and all(jwk.get(name) == ED25519[name] for name in ED25519)


def _half(jwk: Mapping[str, Any], name: str) -> bytes:
    """The bytes of one half. Raises KeysError."""
    try:
        raw = decoded(jwk[name])
    except (KeyError, TypeError, ValueError):
        raise KeysError from None
    if len(raw) != SIZE:
        raise KeysError
    return raw

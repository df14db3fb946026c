"""Receipts that anybody can check: made once, signed, verified offline years later.

A receipt is `{payload, key_id, algorithm: "Ed25519", signature}`. The signature (base64url) is over
the RFC 8785 form of `payload`, so that neither blanks nor the order of names matter; `key_id` is
the RFC 7638 thumbprint of the key.

    python -m contactflow.erasure.receipts verify receipt.json --keys keys.json
"""

from contactflow.erasure.receipts.errors import (
    BadSignatureError,
    KeysError,
    MalformedReceiptError,
    ReceiptError,
    UnknownKeyError,
)
from contactflow.erasure.receipts.keys import ReceiptKey, published
from contactflow.erasure.receipts.reading import read
from contactflow.erasure.receipts.signing import sign, verify

__all__ = [
    "BadSignatureError",
    "KeysError",
    "MalformedReceiptError",
    "ReceiptError",
    "ReceiptKey",
    "UnknownKeyError",
    "published",
    "read",
    "sign",
    "verify",
]

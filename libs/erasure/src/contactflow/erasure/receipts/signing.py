"""How a receipt is signed, and how one is checked."""

from collections.abc import Mapping
from typing import Any, Final, TypedDict, cast

import rfc8785
from cryptography.exceptions import InvalidSignature

from contactflow.erasure.receipts.errors import (
    BadSignatureError,
    MalformedReceiptError,
    UnknownKeyError,
)
from contactflow.erasure.receipts.keys import ReceiptKey, decoded, known
from contactflow.erasure.receipts.reading import read

ALGORITHM: Final = "Ed25519"
TYPES: Final = {"payload": dict, "key_id": str, "algorithm": str, "signature": str}


class Receipt(TypedDict):
    """A payload with what proves who said it."""

    payload: dict[str, Any]
    key_id: str
    algorithm: str
    signature: str


def sign(payload: Mapping[str, Any], key: ReceiptKey) -> Receipt:
    """A receipt of this. Raises MalformedReceiptError for what no receipt can say: a fraction."""
    form = _form(dict(payload))
    return Receipt(payload=read(form), key_id=key.id, algorithm=ALGORITHM, signature=key.sign(form))


def verify(receipt: object, keys: object) -> Receipt:
    """The receipt, if one of the published keys signed it; `keys` as `published` says them.

    Raises MalformedReceiptError, UnknownKeyError or BadSignatureError; and KeysError, when the
    keys can't be used.
    """
    trusted, its = known(keys), _shaped(receipt)
    key = trusted.get(its["key_id"])
    if key is None:
        raise UnknownKeyError
    try:
        key.verify(decoded(its["signature"]), _form(its["payload"]))
    except (InvalidSignature, ValueError):
        raise BadSignatureError from None
    return its


def _shaped(receipt: object) -> Receipt:
    if not isinstance(receipt, Mapping) or receipt.keys() != TYPES.keys():
        raise MalformedReceiptError
    if any(not isinstance(receipt[name], kind) for name, kind in TYPES.items()):
        raise MalformedReceiptError
    if receipt["algorithm"] != ALGORITHM:
        raise MalformedReceiptError
    return cast(Receipt, receipt)


def _form(payload: dict[str, Any]) -> bytes:
    """RFC 8785. Raises MalformedReceiptError for what it has no form for."""
    try:
        return rfc8785.dumps(payload)
    except (ValueError, RecursionError):
        raise MalformedReceiptError from None

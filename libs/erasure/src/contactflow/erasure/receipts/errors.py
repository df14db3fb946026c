"""Why a receipt is not believed.

ReceiptError
├── MalformedReceiptError   nothing that we sign looks so
├── UnknownKeyError         it names a key that is not among those given
└── BadSignatureError       that key never signed this

KeysError                   the keys to check it with can't be used
"""

from typing import ClassVar


class ReceiptError(Exception):
    """It is not genuine. The code is stable; nothing of the receipt is in the error."""

    code: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.code)


class MalformedReceiptError(ReceiptError):
    """Another shape or type, a name twice, a fraction, too long, or no JSON at all."""

    code = "receipt_malformed"


class UnknownKeyError(ReceiptError):
    """Signed by somebody else, perhaps; none of the keys given can tell."""

    code = "receipt_unknown_key"


class BadSignatureError(ReceiptError):
    """Something was changed after it was signed, or somebody made it up."""

    code = "receipt_bad_signature"


class KeysError(ValueError):
    """No Ed25519 key as JWK (RFC 8037), or no list of such keys."""

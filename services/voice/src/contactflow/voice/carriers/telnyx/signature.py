"""Whether a webhook is Telnyx's: Ed25519 over its timestamp and the raw body.

Source: Telnyx, "Webhook signing"; telnyx 4.189.0.
"""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE: Final = timedelta(seconds=300)
DIGITS: Final = 12


def is_genuine(
    public_key: str, *, body: bytes, signature: str, timestamp: str, at: datetime
) -> bool:
    """Whether the account's key has signed this body, and not longer ago than 5 minutes."""
    if not timestamp.isdecimal() or len(timestamp) > DIGITS:
        return False
    if abs(at.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        signed = base64.b64decode(signature, validate=True)
        key.verify(signed, timestamp.encode() + b"|" + body)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True

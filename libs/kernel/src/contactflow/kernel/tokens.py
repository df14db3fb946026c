"""Tokens that let in whoever shows them, and what is kept of one."""

import secrets
from hashlib import sha256
from typing import Final

BYTES: Final = 32


def new_token() -> str:
    """256 random bits, in 43 letters that a URL takes as they are."""
    return secrets.token_urlsafe(BYTES)


def hashed_token(token: str) -> bytes:
    """What is kept of a token: who reads it can show none.

    For what has 128 random bits or more, which need no salt and no slow hash; for nothing that
    somebody has chosen.
    """
    return sha256(token.encode()).digest()

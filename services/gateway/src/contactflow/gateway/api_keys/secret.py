"""How the secret of an API key is written: recognisable, and known to be mistyped at sight."""

import re
import secrets
import string
import zlib
from typing import Final

DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
PREFIX: Final = "cf_live_"
RANDOM: Final = 30  # base62: 178 bits
CHECK: Final = 6  # base62: a CRC32
SHOWN: Final = len(PREFIX) + 4
WRITTEN: Final = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM + CHECK}}}")


def new_secret() -> str:
    """`cf_live_`, 30 random characters, 6 that check them (as GitHub's tokens do)."""
    random = "".join(secrets.choice(DIGITS) for _ in range(RANDOM))
    return f"{PREFIX}{random}{_check(random)}"


def is_sound(secret: str) -> bool:
    """Whether it can be a key: a slip of the pen is found without asking the database."""
    if not WRITTEN.fullmatch(secret):
        return False
    return secret[-CHECK:] == _check(secret[len(PREFIX) : -CHECK])


def _check(random: str) -> str:
    number, written = zlib.crc32(random.encode()), ""
    for _ in range(CHECK):
        number, digit = divmod(number, len(DIGITS))
        written = DIGITS[digit] + written
    return written

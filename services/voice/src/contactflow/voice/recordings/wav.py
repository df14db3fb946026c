"""A recording as a WAV file, and the part of it that somebody asks for (RFC 9110, Range)."""

import re
import struct
from typing import Final, NamedTuple

MU_LAW: Final = 7
CHANNELS: Final = 2
RATE: Final = 8_000
HEADER: Final = 58
ASKED: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


class OutOfRangeError(Exception):
    """There is less than was asked for."""


class Part(NamedTuple):
    """Bytes of the whole file, the last one included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def header(size: int) -> bytes:
    """Before so many bytes of mu-law (Multimedia Programming Interface and Data Specifications)."""
    rate = RATE * CHANNELS
    riff = b"RIFF" + struct.pack("<I", HEADER - 8 + size) + b"WAVE"
    layout = struct.pack("<HHIIHHH", MU_LAW, CHANNELS, RATE, rate, CHANNELS, 8, 0)
    fmt = b"fmt " + struct.pack("<I", len(layout)) + layout
    fact = b"fact" + struct.pack("<II", 4, size // CHANNELS)
    return riff + fmt + fact + b"data" + struct.pack("<I", size)


def part(asked: str | None, size: int) -> Part | None:
    """What `Range` asks for of so many bytes; None is all of it, also when it is not understood.

    Raises OutOfRangeError.
    """
    found = ASKED.fullmatch(asked.strip()) if asked else None
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        begin, end = max(0, size - int(last)), size - 1
    else:
        begin, end = int(first), min(int(last or size), size - 1)
    if begin > end:
        raise OutOfRangeError
    return Part(begin, end)

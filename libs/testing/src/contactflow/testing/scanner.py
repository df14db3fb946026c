"""Looks for planted strings and sounds in raw bytes, in every spelling they could leak in."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

UNITS = 3  # base64 spells a string in three ways, by where it begins
Planted = TypeVar("Planted", bound=str | bytes)


def spellings(planted: str | bytes) -> set[bytes]:
    """As it is, as JSON escapes it, in a URL, in hexadecimal, in base64 at each offset."""
    raw = planted if isinstance(planted, bytes) else planted.encode()
    text = planted.decode("latin-1") if isinstance(planted, bytes) else planted
    escaped = text.encode("ascii", "backslashreplace")
    return {raw, escaped, quote(planted).encode(), raw.hex().encode(), *_in_base64(raw)}


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """Without the characters at both ends that depend on the neighbours."""
    for before in range(UNITS):
        padded = bytes(before) + raw
        whole = padded[: len(padded) // UNITS * UNITS]
        yield b64encode(whole)[0 if before == 0 else 4 :]


def found(planted: Iterable[Planted], haystack: bytes) -> set[Planted]:
    """Which of them are in there."""
    return {one for one in planted if any(form in haystack for form in spellings(one))}


def under(folder: Path, names: str) -> Iterator[bytes]:
    """Every file of such a name below a folder; one that goes meanwhile is gone."""
    for path in sorted(folder.rglob(names)):
        try:
            if path.is_file():
                yield path.read_bytes()
        except FileNotFoundError:
            continue


def found_under(planted: Iterable[Planted], folder: Path, names: str = "*") -> set[Planted]:
    """Which of them are in any file below a folder."""
    sought = list(planted)
    return {one for content in under(folder, names) for one in found(sought, content)}

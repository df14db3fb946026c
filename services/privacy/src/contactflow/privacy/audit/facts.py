"""What an audit entry may say besides who did what: codes, counts and ids.

A fact whose name ends in `_id` is a UUID of a kind that the API has a prefix for; one whose name
ends in `_at` is a time, in seconds since 1970. They are shown as the API writes ids and times.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

CODE: Final = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
MOST: Final = 2**31


class FactsError(ValueError):
    """A text, an address, a fraction: an entry stays for ever, so nothing personal gets in."""


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as JSON. Raises FactsError, without the value."""
    return {_code(name): _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case int() if 0 <= value < MOST:
            return value
        case UUID():
            return str(value)
        case str():
            return _code(value)
        case Mapping():
            return plain(value)
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            raise FactsError("no code, count or id")


def _code(value: str) -> str:
    if not CODE.fullmatch(value):
        raise FactsError("no code")
    return value

"""Strict JSON: a text that two readers could read differently is none."""

import json
from typing import Any, Final, NoReturn

from contactflow.erasure.receipts.errors import MalformedReceiptError

LONGEST: Final = 1 << 20  # bytes; a receipt has a few hundred


def read(raw: bytes) -> Any:
    """What the text says. Raises MalformedReceiptError.

    A name twice, a fraction, NaN and infinity, any other encoding than UTF-8 and more than 1 MiB
    are refused: no receipt has them, and readers disagree about them.
    """
    if len(raw) > LONGEST:
        raise MalformedReceiptError
    try:
        return json.loads(
            raw.decode(),
            object_pairs_hook=_once_each,
            parse_float=_refused,
            parse_constant=_refused,
        )
    except (ValueError, RecursionError):
        raise MalformedReceiptError from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _refused(number: str) -> NoReturn:
    raise ValueError(number)

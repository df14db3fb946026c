"""`python -m contactflow.erasure.receipts verify RECEIPT --keys KEYS`, without a network."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contactflow.erasure.receipts.errors import (
    BadSignatureError,
    KeysError,
    MalformedReceiptError,
    ReceiptError,
    UnknownKeyError,
)
from contactflow.erasure.receipts.reading import LONGEST, read
from contactflow.erasure.receipts.signing import verify

GENUINE, NOT_GENUINE, UNUSABLE = 0, 1, 2
WHY: Final[dict[type[ReceiptError], str]] = {
    MalformedReceiptError: "this is no receipt",
    UnknownKeyError: "none of these keys signed it",
    BadSignatureError: "it was changed after it was signed",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Say in a sentence whether a receipt is genuine: 0 yes, 1 no, 2 when nobody can tell."""
    asked = _parser().parse_args(arguments)
    try:
        raw, keys = _content(asked.receipt), _keys(asked.keys)
        receipt = verify(read(raw), keys)
    except ReceiptError as error:
        return _tell(NOT_GENUINE, f"Not genuine: {WHY[type(error)]} ({error.code}).")
    except KeysError:
        return _tell(UNUSABLE, f"Can't tell: {asked.keys} has no keys to check it with.")
    except OSError as error:
        return _tell(UNUSABLE, f"Can't tell: {error.filename} can't be read ({error.strerror}).")
    return _tell(GENUINE, f"Genuine: signed with the key {receipt['key_id']}.")


def _tell(code: int, sentence: str) -> int:
    (sys.stderr if code else sys.stdout).write(f"{sentence}\n")
    return code


def _content(path: Path) -> bytes:
    """Enough of it to know that it is too long."""
    with path.open("rb") as file:
        return file.read(LONGEST + 1)


def _keys(path: Path) -> object:
    try:
        return read(_content(path))
    except MalformedReceiptError:
        raise KeysError from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m contactflow.erasure.receipts")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    checking = commands.add_parser("verify", help="is this receipt genuine?")
    checking.add_argument("receipt", type=Path)
    checking.add_argument("--keys", type=Path, required=True, help="contactflow-keys.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())

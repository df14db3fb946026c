"""The words of every problem, by its stable code."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from contactflow.kernel import LOCALES, Locale


class Words(NamedTuple):
    """What people read of a problem."""

    title: str
    detail: str


@cache
def problems() -> dict[str, dict[Locale, Words]]:
    """Title and detail of every code, in every language."""
    read = _catalogue()["problem"]
    return {code: {lang: Words(*said[lang]) for lang in LOCALES} for code, said in read.items()}


def words(code: str) -> dict[Locale, Words]:
    """Of one code; of one that the catalogue does not know, the words for any refusal."""
    known = problems()
    return known.get(code, known["error"])


@cache
def fields() -> dict[str, dict[Locale, str]]:
    """What can be wrong with one value, in every language."""
    read: dict[str, dict[Locale, str]] = _catalogue()["field"]
    return read


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "catalogue.toml").read_text("utf-8"))

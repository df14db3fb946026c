"""Every word of the officer's page, in the languages that people read."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from contactflow.kernel import LOCALES, Locale

CATALOGUE: Final = files(__package__) / "words.toml"


@cache
def words(locale: Locale) -> Mapping[str, str]:
    """By `section_name`, as templates and the script name them."""
    read = tomllib.loads(CATALOGUE.read_text("utf-8"))
    place = LOCALES.index(locale)
    return {
        f"{section}_{name}": texts[place]
        for section, several in read.items()
        for name, texts in several.items()
    }

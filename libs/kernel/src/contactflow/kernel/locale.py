"""The languages that everything people read exists in."""

from typing import Final, Literal, get_args

Locale = Literal["en", "fr"]
"""ISO 639-1."""

LOCALES: Final[tuple[Locale, ...]] = get_args(Locale)
"""All of them; the first stands in where nothing is known of the reader."""

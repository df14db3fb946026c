"""Made-up people: who the n-th of a workspace is, so that every answer can be checked."""

from collections.abc import Iterator
from itertools import product, takewhile
from typing import Final, NamedTuple

from contactflow.crm.contacts.words import SHORTEST

FIRST: Final = tuple(
    a + b + c
    for a, b, c in product(
        ("Ma", "Jo", "An", "Ca", "Lu", "El", "Be", "So"), ("r", "l", "n", "ss"), ("ie", "a", "o")
    )
)
LAST: Final = tuple(
    a + b + c + d
    for a, b, c, d in product(
        ("Du", "Mar", "Ber", "Le", "Gar", "Sch", "Wil", "Mo", "Pe", "Ko", "Fi", "Ro"),
        ("b", "t", "n", "v", "r", "ll", "m"),
        ("a", "e", "i", "o"),
        ("is", "in", "ard", "et", "mann", "son"),
    )
)
STRIDE: Final = 7919
"""A prime: neighbours have different names, and every pair occurs."""


class Drawn(NamedTuple):
    """One person; `shared` letters begin both words."""

    first: str
    last: str
    email: str
    shared: int

    @property
    def name(self) -> str:
        """As it is stored and shown."""
        return f"{self.first} {self.last}"


def drawn(number: int) -> Drawn:
    """The same for the same number, always."""
    first = FIRST[number % len(FIRST)]
    last = LAST[number * STRIDE // len(FIRST) % len(LAST)]
    return Drawn(first, last, f"{first}.{last}.{number}@example.com".lower(), _shared(first, last))


def beginnings(word: str) -> Iterator[str]:
    """As search has them."""
    return (word.casefold()[:length] for length in range(SHORTEST, len(word) + 1))


def _shared(first: str, last: str) -> int:
    pairs = zip(first.casefold(), last.casefold(), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

"""The words of a name as search sees them."""

import re
from collections.abc import Iterator
from unicodedata import combining, normalize

SHORTEST, LONGEST = 2, 20
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d"})
WORD = re.compile(r"\w+")


def words(name: str) -> list[str]:
    """Each word once, without accents and case; letters after the twentieth don't count."""
    spread = normalize("NFKD", name.casefold().translate(LIGATURES))
    plain = "".join(letter for letter in spread if not combining(letter))
    return list(dict.fromkeys(word[:LONGEST] for word in WORD.findall(plain)))


def prefixes(name: str) -> set[str]:
    """All that finds this name: the beginnings of its words, from two letters on."""
    return {prefix for word in words(name) for prefix in _beginnings(word)}


def _beginnings(word: str) -> Iterator[str]:
    """One-letter words (李) are whole; one letter of a longer one would tell too much."""
    return (word[:length] for length in range(min(SHORTEST, len(word)), len(word) + 1))

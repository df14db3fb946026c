"""The words of a name as search sees them."""

import re
from collections.abc import Iterator
from unicodedata import combining, normalize

SHORTEST, LONGEST = 2, 20
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d"})
WORD = re.compile(r"\w+")
IDEOGRAPH = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


def words(name: str) -> list[str]:
    """Each word once, without accents and case; letters after the twentieth don't count."""
    spread = normalize("NFKD", name.casefold().translate(LIGATURES))
    plain = "".join(letter for letter in spread if not combining(letter))
    return list(dict.fromkeys(word[:LONGEST] for word in WORD.findall(plain)))


def prefixes(name: str) -> set[str]:
    """All that finds this name: the beginnings of its words that are indexed."""
    return {prefix for word in words(name) for prefix in _beginnings(word)}


def is_indexed(beginning: str) -> bool:
    """One letter would tell too much of a name; one ideograph (李) is as good as a word."""
    return len(beginning) >= SHORTEST or bool(IDEOGRAPH.match(beginning))


def begins(name: str, beginning: str) -> bool:
    """Whether a word of the name begins with each word of that."""
    known = words(name)
    return all(any(word.startswith(one) for word in known) for one in words(beginning))


def _beginnings(word: str) -> Iterator[str]:
    cut = (word[:length] for length in range(1, len(word) + 1))
    return (beginning for beginning in cut if is_indexed(beginning))

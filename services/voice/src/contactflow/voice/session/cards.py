"""Card numbers, in digits or in words, taken out of what was heard before anybody else sees it.

Whatever has thirteen digits or more in a row goes: no telephone number that people dictate is as
long, and speech to text is too unsure of digits for a check sum to decide (ISO/IEC 7812: a card
number has 13 to 19 digits). One that is dictated over two turns goes with the turn that completes
it.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

INSTEAD: Final = "[card number]"
SHORTEST: Final = 13
WORD: Final = re.compile(r"\d+|[^\W\d_]+")
GAP: Final = re.compile(r"[\s,.;:/-]*")
JOINT: Final = re.compile(r"[\s\u2011-]+(?:(?:and|et)[\s\u2011-]+)?")
TENS: Final = 20

_UNITS: Final = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze"
    " seize",
}
_TENS: Final = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "fr": "vingt trente quarante cinquante soixante septante octante nonante",
}
_MORE: Final = {"oh": 0, "o": 0, "zero": 0, "une": 1, "vingts": 20, "huitante": 80}
VALUES: Final = (
    {word: value for words in _UNITS.values() for value, word in enumerate(words.split())}
    | {word: 10 * at for words in _TENS.values() for at, word in enumerate(words.split(), 2)}
    | _MORE
)
TIMES: Final = {"double": 2, "triple": 3}


class _Number(NamedTuple):
    """Something in a text that is written or spoken as digits."""

    begin: int
    end: int
    digits: str
    """As dictated; a word for ten or more counts as it would be written."""


class Cards:
    """Remembers only how many digits a dictation broke off with, to know its end."""

    def __init__(self) -> None:
        self._open = 0

    def redact(self, text: str) -> str:
        """The text without card numbers."""
        kept, at = "", 0
        runs = _runs(text)
        for run in runs:
            if self._size(text, run) >= SHORTEST:
                kept, at = kept + text[at : run[0].begin] + INSTEAD, run[-1].end
        self._open = self._left_open(text, runs)
        return kept + text[at:]

    def _size(self, text: str, run: list[_Number]) -> int:
        """Its digits, and those that were dictated a turn ago and go on here."""
        goes_on = not WORD.search(text[: run[0].begin])
        return sum(len(one.digits) for one in run) + (self._open if goes_on else 0)

    def _left_open(self, text: str, runs: list[list[_Number]]) -> int:
        """How many digits stand at the end: a card number may go on from there."""
        if not runs or WORD.search(text[runs[-1][-1].end :]):
            return 0
        return self._size(text, runs[-1])


def _runs(text: str) -> list[list[_Number]]:
    """Numbers with nothing but gaps between them."""
    runs: list[list[_Number]] = []
    for one in _numbers(text):
        if runs and GAP.fullmatch(text[runs[-1][-1].end : one.begin]):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _numbers(text: str) -> Iterator[_Number]:
    """Digits and number words, tens joined with the units after them."""
    last: _Number | None = None
    for one in _words(text):
        joined = last and _joined(text, last, one)
        if last and not joined:
            yield last
        last = joined or one
    if last:
        yield last


def _words(text: str) -> Iterator[_Number]:
    """Each word that is a number; double and triple belong to the one after them."""
    times, begin = 1, None
    for match in WORD.finditer(text):
        word = match[0].lower()
        if word in TIMES:
            times, begin = TIMES[word], match.start()
            continue
        digits = word if word.isdigit() else _digits(word)
        if digits is not None:
            yield _Number(match.start() if begin is None else begin, match.end(), digits * times)
        times, begin = 1, None


def _digits(word: str) -> str | None:
    value = VALUES.get(word)
    return None if value is None else str(value)


def _joined(text: str, tens: _Number, units: _Number) -> _Number | None:
    """Twenty and one are 21, soixante et onze 71, quatre-vingt 80: as they would be written."""
    between = text[tens.end : units.begin]
    if text[tens.begin].isdigit() or text[units.begin].isdigit() or not JOINT.fullmatch(between):
        return None
    before, after = int(tens.digits), int(units.digits)
    if (before, after) == (4, 20):
        return _Number(tens.begin, units.end, "80")
    below = 20 if before in {60, 80} else 10
    if before < TENS or before % 10 or not 0 < after < below:
        return None
    return _Number(tens.begin, units.end, str(before + after))

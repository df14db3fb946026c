"""Card numbers, in digits or in words, taken out of what was heard before anybody else sees it.

Whatever has thirteen digits or more in a row goes: no telephone number that people dictate is as
long, and speech to text is too unsure of digits for a check sum to decide (ISO/IEC 7812: a card
number has 13 to 19 digits). One that is dictated over several turns goes with the turn that
completes it; `goes_on` says so, `forget` takes out what the turns before had of it.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

INSTEAD: Final = "[card number]"
SHORTEST: Final = 13
WORD: Final = re.compile(r"\d+|[^\W\d_]+")
PAUSE: Final = (
    r"um+|uh+|er+|and|then|next|dash|hyphen|space|comma|so|okay|ok|euh+|et|puis|ensuite|tiret|espace"
    r"|virgule|alors|donc"
)
"""What people say between two groups of digits."""
GAP: Final = re.compile(rf"(?:[\W_]|\b(?:{PAUSE})\b)*", re.IGNORECASE)
JOINT: Final = re.compile(r"[\s\u2011-]+(?:(?:and|et)[\s\u2011-]+)?")
TENS: Final = 20
HUNDRED: Final = 100
THOUSAND: Final = 1000
GROUP: Final = 4
"""Digits at the end of a turn that may be the beginning of a card number."""

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
_SCALES: Final = {"hundred": HUNDRED, "cent": HUNDRED, "cents": HUNDRED} | dict.fromkeys(
    ("thousand", "mille"), THOUSAND
)
_MORE: Final = {"oh": 0, "o": 0, "zero": 0, "une": 1, "vingts": 20, "huitante": 80}
VALUES: Final = (
    {word: value for words in _UNITS.values() for value, word in enumerate(words.split())}
    | {word: 10 * at for words in _TENS.values() for at, word in enumerate(words.split(), 2)}
    | _SCALES
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
        goes_on = GAP.fullmatch(text[: run[0].begin])
        return _length(run) + (self._open if goes_on else 0)

    def _left_open(self, text: str, runs: list[list[_Number]]) -> int:
        """How many digits stand at the end: a card number may go on from there."""
        tail = _tail(text, runs)
        return self._size(text, tail) if tail else 0


def mend(text: str) -> str:
    """A turn that was heard in pieces: without what was said of a number before its last piece."""
    before, found, after = text.partition(INSTEAD)
    if is_open(before):
        before = before[: _tail(before, _runs(before))[0].begin]
    return before + found + mend(after) if found else text


def is_open(text: str) -> bool:
    """Whether it ends with so many digits that a card number may go on in the next turn."""
    tail = _tail(text, _runs(text))
    return bool(tail) and _length(tail) >= GROUP


def goes_on(text: str) -> bool:
    """Whether a card number was completed here; earlier turns that were open have the rest."""
    before, found, _ = text.partition(INSTEAD)
    return bool(found and GAP.fullmatch(before))


def forget(text: str) -> str:
    """The text without the digits at its end."""
    tail = _tail(text, _runs(text))
    return text[: tail[0].begin] + INSTEAD + text[tail[-1].end :] if tail else text


def _tail(text: str, runs: list[list[_Number]]) -> list[_Number]:
    """The numbers at the end of the text."""
    return runs[-1] if runs and GAP.fullmatch(text[runs[-1][-1].end :]) else []


def _length(run: list[_Number]) -> int:
    return sum(len(one.digits) for one in run)


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


def _joined(text: str, before: _Number, after: _Number) -> _Number | None:
    """Twenty and one are 21, soixante et onze 71, quatre mille cent 4100: as they are written."""
    between = text[before.end : after.begin]
    if text[before.begin].isdigit() or text[after.begin].isdigit() or not JOINT.fullmatch(between):
        return None
    value = _sum(int(before.digits), int(after.digits))
    return None if value is None else _Number(before.begin, after.end, str(value))


def _sum(before: int, after: int) -> int | None:
    """What two number words are together; None if they are two numbers."""
    if (before % HUNDRED, after) == (4, TENS):
        return before + 76  # quatre-vingts
    if after in {HUNDRED, THOUSAND}:
        return _scaled(before, after)
    return before + after if 0 < after < _room(before) else None


def _scaled(before: int, scale: int) -> int | None:
    """Neuf cent, quatre mille; in quatre mille neuf cent only the nine are hundreds."""
    thousands, rest = divmod(before, THOUSAND) if scale == HUNDRED else (0, before)
    if thousands and not rest:
        return before + scale
    if not 0 < rest < (THOUSAND if scale == THOUSAND else HUNDRED):
        return None
    return thousands * THOUSAND + rest * scale


def _room(before: int) -> int:
    """A number below this can follow as a part of this one."""
    tens = before % HUNDRED
    if tens >= TENS and tens % 10 == 0:
        return 20 if tens in {60, 80} else 10
    if before and tens == 0:
        return HUNDRED
    return 0

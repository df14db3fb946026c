"""Numbers in what was heard, in digits or in words, English or French."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

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
_MORE: Final = {
    "oh": 0,
    "o": 0,
    "zero": 0,
    "nought": 0,
    "naught": 0,
    "nil": 0,
    "une": 1,
    "vingts": 20,
    "huitante": 80,
}
VALUES: Final = (
    {word: value for words in _UNITS.values() for value, word in enumerate(words.split())}
    | {word: 10 * at for words in _TENS.values() for at, word in enumerate(words.split(), 2)}
    | _SCALES
    | _MORE
)
TIMES: Final = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_MANY: Final = "ones twos threes fours fives sixes sevens eights nines"
MANY: Final = {word: value for value, word in enumerate(_MANY.split(), 1)} | dict.fromkeys(
    ("zeros", "zeroes", "noughts", "naughts", "ohs"), 0
)
"""Of which it is said how many."""
SEVERAL: Final = {word: value for word, value in VALUES.items() if 1 < value < TENS}
_DIGIT: Final = "|".join(word for word, value in VALUES.items() if value < 10)  # noqa: PLR2004
WORD: Final = re.compile(
    rf"(?:\b(?P<several>{'|'.join(SEVERAL)}|[2-9])"
    rf"(?:(?:\s+(?:times|fois)\s+|\s*[x\u00d7]\s*)(?=(?:{_DIGIT}|\d)\b)"
    rf"|\s+(?=(?:{'|'.join(MANY)}|\d['’]?s)\b)))?"
    r"(?P<word>\d['’]?s\b|\d+|[^\W\d_]+)",
    re.IGNORECASE,
)
"""Four times one, four ones, 4 x 1 and 4 1s are the digit so many times."""


class Number(NamedTuple):
    """Something in a text that is written or spoken as digits."""

    begin: int
    end: int
    digits: str
    """As dictated; a word for ten or more counts as it would be written."""


class Run(NamedTuple):
    """Several of them, dictated one after the other."""

    begin: int
    end: int
    digits: str


def is_gap(between: str) -> bool:
    """Whether a dictation may go on after that."""
    return bool(GAP.fullmatch(between))


def runs_in(text: str) -> list[Run]:
    """Numbers with nothing but gaps between them."""
    runs: list[Run] = []
    for one in _numbers(text):
        if runs and is_gap(text[runs[-1].end : one.begin]):
            runs[-1] = Run(runs[-1].begin, one.end, runs[-1].digits + one.digits)
        else:
            runs.append(Run(*one))
    return runs


def _numbers(text: str) -> Iterator[Number]:
    """Digits and number words, tens joined with the units after them."""
    last: Number | None = None
    for one in _words(text):
        joined = last and _joined(text, last, one)
        if last and not joined:
            yield last
        last = joined or one
    if last:
        yield last


def _words(text: str) -> Iterator[Number]:
    """Each word that is a number; double and triple belong to the one after them."""
    times, begin = 1, None
    for match in WORD.finditer(text):
        word, several = match["word"].lower(), match["several"]
        if word in TIMES:
            times, begin = TIMES[word], match.start()
            continue
        if several:
            times *= SEVERAL.get(several.lower()) or int(several)
        digits = _digits(word, is_many=times > 1)
        if digits is not None:
            yield Number(match.start() if begin is None else begin, match.end(), digits * times)
        times, begin = 1, None


def _digits(word: str, *, is_many: bool) -> str | None:
    if word[0].isdigit():
        return word.rstrip("s'’")
    value = VALUES.get(word, MANY.get(word) if is_many else None)
    return None if value is None else str(value)


def _joined(text: str, before: Number, after: Number) -> Number | None:
    """Twenty and one are 21, soixante et onze 71, quatre mille cent 4100: as they are written."""
    between = text[before.end : after.begin]
    if text[before.begin].isdigit() or text[after.begin].isdigit() or not JOINT.fullmatch(between):
        return None
    value = _sum(int(before.digits), int(after.digits))
    return None if value is None else Number(before.begin, after.end, str(value))


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

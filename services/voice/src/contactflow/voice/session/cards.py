"""Card numbers, in digits or in words, taken out of what was said before anybody else sees it.

Three rules, because speech to text is unsure of digits and people dictate as they like:

- thirteen digits or more with nothing but pauses between them go, whatever they are: no telephone
  number that people dictate is as long (ISO/IEC 7812: a card number has 13 to 19 digits);
- groups with other words or turns between them go if together they are a card number by its length
  and check digit (ISO/IEC 7812-1, annex B);
- once somebody speaks of a payment card, or has told a number of one, every three digits go: also
  a date and a code of it.

What was said of one before it could be known goes afterwards, by `scrub`.
"""

import re
from collections import deque
from typing import Final

from contactflow.voice.session.numbers import Run, is_gap, runs_in

INSTEAD: Final = "[card number]"
SHORTEST: Final = 13
LONGEST: Final = 19
PHONE: Final = 9
PIECE: Final = 2
"""A single digit among words is a number of something."""
CODE: Final = 3
QUIET: Final = 2
"""Turns of the caller without a number, after which a dictation is over."""
FIRST: Final = "23456"
"""What card numbers of the networks begin with; telephone numbers that are as long begin with 0."""
PAYMENT: Final = re.compile(
    r"\b(?:(?:credit|debit|bank|payment) ?cards?|card ?(?:number|details)|visa|master ?card|amex"
    r"|american express|my card|your card|carte (?:bancaire|bleue|de cr[ée]dit|de paiement|visa)"
    r"|(?:num[ée]ro|code) de (?:ma |la |votre )?carte|ma carte|votre carte"
    r"|c\W?v\W?[vc]2?|(?:card )?security code|(?:code|digits|number) (?:is )?on the back"
    r"|cryptogramme|code de s[ée]curit[ée]"
    r"|(?:code|chiffres|num[ée]ro) (?:est )?(?:au dos|derri[èe]re))\b",
    re.IGNORECASE,
)


class Cards:
    """What one call has told of card numbers so far. Of a caller, each text is told once."""

    def __init__(self) -> None:
        self._pieces: deque[str] = deque()
        self._dictated: list[str] = []
        self._parts: set[str] = set()
        self._quiet, self._pays = 0, False

    @property
    def is_open(self) -> bool:
        """Whether what comes next may be the rest of a card number that has begun."""
        return self._pays or any(piece[0] in FIRST for piece in self._pieces)

    def redact(self, text: str) -> str:
        """What the caller said, without card numbers."""
        self._pays = self._pays or speaks_of_payment(text)
        runs = runs_in(text)
        self._follow(text, runs)
        if self._pays:
            self._parts.update(run.digits for run in runs if len(run.digits) >= CODE)
        self._wait(runs)
        return self.scrub(text)

    def told(self, text: str) -> str:
        """What the agent said, without any of it; it may have asked for a card."""
        self._pays = self._pays or speaks_of_payment(text)
        return self.scrub(text)

    def scrub(self, text: str) -> str:
        """A text of this call, without what is known by now to belong to a card number."""
        kept, at = "", 0
        for run in runs_in(text):
            if run.digits in self._parts or is_card(run.digits):
                kept, at = kept + text[at : run.begin] + INSTEAD, run.end
        return kept + text[at:]

    def _follow(self, text: str, runs: list[Run]) -> None:
        end = 0
        for run in runs:
            if not is_gap(text[end : run.begin]):
                self._dictated = []
            end = run.end
            self._dictated.append(run.digits)
            if is_card("".join(self._dictated)):
                self._found(self._dictated)
            self._piece(run.digits)
        if not is_gap(text[end:]):
            self._dictated = []

    def _piece(self, digits: str) -> None:
        """Together with those before it, whatever was said in between."""
        if len(digits) < PIECE:
            return
        self._pieces.append(digits)
        whole = ""
        for count, piece in enumerate(reversed(self._pieces), 1):
            whole = piece + whole
            if has_check_digit(whole):
                self._found([*self._pieces][-count:])
        while sum(map(len, self._pieces)) > LONGEST + SHORTEST:
            self._pieces.popleft()

    def _found(self, groups: list[str]) -> None:
        """A card number, and every part of it that may stand in a text by itself."""
        self._pays = True
        sizes = range(1, len(groups) + 1)
        self._parts |= {
            "".join(groups[at : at + size]) for size in sizes for at in range(len(groups))
        }

    def _wait(self, runs: list[Run]) -> None:
        self._quiet = 0 if any(len(run.digits) >= PIECE for run in runs) else self._quiet + 1
        if self._quiet > QUIET:
            self._pieces.clear()
            self._pays = False


def is_card(digits: str) -> bool:
    """Whether it is too long for anything else; a telephone number may be said twice."""
    half = len(digits) // 2
    if digits == 2 * digits[:half] and PHONE <= half < SHORTEST:
        return False
    return len(digits) >= (LONGEST + 1 if digits[0] == "0" else SHORTEST)


def has_check_digit(digits: str) -> bool:
    """Whether it is a card number by its beginning, its length and its check digit."""
    if not SHORTEST <= len(digits) <= LONGEST or digits[0] not in FIRST:
        return False
    doubled = (int(one) * 2 for one in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 * (n > 9) for n in doubled)) % 10 == 0  # noqa: PLR2004  by the standard


def speaks_of_payment(text: str) -> bool:
    """Whether a payment card is spoken of."""
    return bool(PAYMENT.search(text))


def has_number(text: str) -> bool:
    """Whether some of it may belong to a card number."""
    return any(len(run.digits) >= PIECE for run in runs_in(text))

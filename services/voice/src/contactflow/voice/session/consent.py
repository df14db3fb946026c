"""Whether this call may be recorded: a key or a spoken yes; silence is no."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from contactflow.kernel import Locale

Policy = Literal["off", "on", "consent"]
Answer = Literal["granted", "declined", "not_asked"]
By = Literal["policy", "key", "voice", "silence"]

YES: Final[Mapping[Locale, str]] = {
    "en": r"yes|yeah|yep|sure|of course|certainly|absolutely|go ahead|no problem|please do|okay|ok"
    r"|i agree|i consent|that['’]s fine|that is fine"
    r"|you (?:may|can)(?: record(?: it| this call)?)?",
    "fr": r"oui|ouais|(?:je suis )?d['’]accord|ok|okay|bien s[ûu]r|certainement|absolument"
    r"|tout [àa] fait|j['’]accepte|je consens|volontiers|allez[- ]y|pas de probl[èe]me"
    r"|vous pouvez(?: enregistrer)?",
}
NO: Final[Mapping[Locale, str]] = {
    "en": r"no|nope|no way|i disagree|i refuse|rather not|i['’]d rather not|i would rather not"
    r"|(?:i )?(?:do not|don['’]t)(?: record(?: me| it| this call)?)?|you (?:may not|can['’]t)",
    "fr": r"non|pas d['’]accord|je refuse|surtout pas|je ne (?:veux|pr[ée]f[èe]re) pas"
    r"|pas d['’]enregistrement|n['’]enregistrez pas|ne m['’]enregistrez pas",
}
POLITE: Final = r"please|thanks|thank you|sir|madam|s['’]il vous pla[îi]t|merci|monsieur|madame"


class Agreed(NamedTuple):
    """Evidence: what was answered, how, and when on the call."""

    answer: Answer = "not_asked"
    by: By | None = None
    at_ms: int | None = None


@dataclass(slots=True)
class Consent:
    """`granted` is called once, when recording may begin."""

    policy: Policy
    locale: Locale
    granted: Callable[[], None]
    evidence: Agreed = field(default_factory=Agreed)
    _listens: bool = False

    def __post_init__(self) -> None:
        if self.policy == "on":
            self._answer("granted", "policy", 0)

    def ask(self, *, at_ms: int) -> None:
        """The question is put: whatever is no yes is a no from here on, unless it was answered."""
        if self._is_said:
            return
        self._listens = True
        self._answer("declined", "silence", at_ms)

    def pressed(self, digit: str, *, at_ms: int) -> bool:
        """Whether the key was an answer. A key says so at any time, once."""
        answers: Mapping[str, Answer] = {"1": "granted", "2": "declined"}
        if self.policy != "consent" or self._is_said or digit not in answers:
            return False
        self._answer(answers[digit], "key", at_ms)
        return True

    def said(self, words: str, *, at_ms: int) -> bool:
        """Whether the words were an answer, and nothing else.

        Only the first words after the question are: a later yes is one to something else.
        """
        if not self._listens or self._is_said:
            return False
        self._listens = False
        if _is_only(YES[self.locale], words):
            self._answer("granted", "voice", at_ms)
        elif _is_only(NO[self.locale], words):
            self._answer("declined", "voice", at_ms)
        return self._is_said

    @property
    def _is_said(self) -> bool:
        return self.evidence.by in {"key", "voice"}

    def _answer(self, answer: Answer, by: By, at_ms: int) -> None:
        self.evidence = Agreed(answer, by, at_ms)
        if answer == "granted":
            self.granted()


def _is_only(answer: str, words: str) -> bool:
    once = rf"(?:{answer})"
    whole = rf"\W*(?:(?:{POLITE})\W+)*{once}(?:\W+(?:{answer}|{POLITE}))*\W*"
    return bool(re.fullmatch(whole, words, re.IGNORECASE))

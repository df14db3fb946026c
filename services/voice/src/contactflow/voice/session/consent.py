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
    r"|(?:i )?(?:do not|don['’]t)(?: record(?: me| it| this call)?)?|you (?:may not|can['’]t)"
    r"|(?:no|without) recording",
    "fr": r"non|pas d['’]accord|je refuse|surtout pas|plut[ôo]t pas|je pr[ée]f[èe]re que non"
    r"|je (?:ne )?(?:veux|voudrais|souhaite|pr[ée]f[èe]re|pr[ée]f[ée]rerais) pas"
    r"|j['’]aime mieux pas"
    r"|(?:pas d['’]|sans )enregistrement|n['’]enregistrez pas|(?:ne )?m['’]enregistrez pas",
}
POLITE: Final = r"please|thanks|thank you|sir|madam|s['’]il vous pla[îi]t|merci|monsieur|madame"


STOP: Final[Mapping[Locale, str]] = {
    "en": r"\b(?:stop|not|off|no more|never|without|object|refuse|withdraw|revoke|end|cease|cancel"
    r"|pause|halt|quit|disable|delete|erase)\b[^.?!]{0,40}\brecord"
    r"|n['’]t\b[^.?!]{0,40}\brecord|\bno recording\b|\brecord\w*\W+off\b"
    r"|\brecording\b[^.?!]{0,40}\b(?:stop|end|cancel|pause|hold|delete)"
    r"|\b(?:withdraw|revoke|take back|retract)\b[^.?!]{0,40}\b(?:consent|permission|agreement)\b"
    r"|(?:\b(?:not|no longer)|n['’]t)\b[^.?!]{0,20}\bconsent\b",
    "fr": r"\b(?:arr[êe]te[rz]?|stop|pas|plus|jamais|sans|aucun|coupe[rz]?|cesse[rz]?|fin|pause"
    r"|refuse|oppose|supprime[rz]?|efface[rz]?|annule[rz]?|termine[rz]?|d[ée]sactive[rz]?"
    r"|interromp\w*|suspend\w*|[ée]teign\w*|[ée]teindre)\b[^.?!]{0,40}\benregistr"
    r"|\benregistre[rz]?\W+(?:pas|plus)\b"
    r"|\benregistrement\b[^.?!]{0,40}\b(?:arr[êe]te|coupe|cesse|supprime|efface|annule|stop|pause)"
    r"|\b(?:retire|r[ée]voque|annule|reprend|retirer|r[ée]voquer|annuler|reprendre)s?\b[^.?!]{0,40}"
    r"\b(?:accord|consentement|autorisation)\b"
    r"|\bconsens\W+(?:pas|plus)\b|\b(?:pas|plus)\b[^.?!]{0,20}\b(?:consentir|consentement)\b",
}
"""Found in whatever is said: who is misheard here is not recorded any more, and nothing worse."""
WHOLE: Final = 8
"""Words. Who says more than that has asked something, too."""

UNDERSTOOD_MS: Final = 1_000
"""Whatever is said before that much of the question was heard is an answer to something else."""
NUMBER_S: Final = 1.5
"""Who keys a number takes no longer from one digit to the next."""
KEYS: Final[Mapping[str, Answer]] = {"1": "granted", "2": "declined"}


class Agreed(NamedTuple):
    """Evidence: what was answered, how, when on the call, to which words; when it was withdrawn."""

    answer: Answer = "not_asked"
    by: By | None = None
    at_ms: int | None = None
    wording_id: str | None = None
    withdrawn_ms: int | None = None


@dataclass(slots=True)
class Consent:
    """`granted` is called once, when recording may begin, `withdrawn` when it may not go on."""

    policy: Policy
    locale: Locale
    granted: Callable[[], None]
    withdrawn: Callable[[], None]
    evidence: Agreed = field(default_factory=Agreed)
    _asked_ms: int | None = None
    _key: str | None = None
    _key_ms: int = 0
    _has_spoken: bool = False

    def announce(self, wording_id: str, *, at_ms: int) -> None:
        """The caller was told that every call here is recorded, whole; who objects is not."""
        self.evidence = self.evidence._replace(wording_id=wording_id)
        if not self._is_said:
            self._answer("granted", "policy", at_ms)

    def ask(self, wording_id: str, *, at_ms: int) -> None:
        """The question begins: whatever is no yes is a no from here on."""
        self._asked_ms = at_ms
        self.evidence = Agreed(wording_id=wording_id)
        self._answer("declined", "silence", at_ms)

    def pressed(self, digit: str, *, at_ms: int) -> bool:
        """Whether the key may be an answer: `keyed` knows, `NUMBER_S` later.

        Only the first one after the question may, and only before the first words: whoever keys a
        number, or something later, does not answer with it.
        """
        if self._asked_ms is None:
            return False
        if self._key is None and not self._has_spoken:
            self._key, self._key_ms = digit, at_ms
            return digit in KEYS
        self._key = ""
        return False

    def keyed(self) -> bool:
        """Whether the key was an answer: no other has followed it."""
        if self._is_said or not self._key:
            return False
        self._answer(KEYS[self._key], "key", self._key_ms)
        return True

    def said(self, words: str, *, began_ms: int, at_ms: int) -> bool:
        """Whether the words were an answer, and nothing else.

        Only the first words after the question are: a later yes is one to something else, as is
        one that was on its way when the question began.
        """
        if self._asked_ms is None or began_ms < self._asked_ms + UNDERSTOOD_MS:
            return False
        if self._has_spoken or self._is_said:
            return False
        self._has_spoken = True
        if _is_only(YES[self.locale], words):
            self._answer("granted", "voice", at_ms)
        elif _is_only(NO[self.locale], words):
            self._answer("declined", "voice", at_ms)
        return self._is_said

    def withdrew(self, words: str, *, at_ms: int) -> bool:
        """Whether the words were a wish not to be recorded, or not any more.

        As easy as the yes was, see GDPR, article 7(3). What was recorded until then was recorded
        with consent. Where all calls are recorded, nobody need wait to be told so.
        """
        if not self._is_expected or not re.search(STOP[self.locale], words, re.IGNORECASE):
            return False
        if self.evidence.answer == "granted":
            self.evidence = self.evidence._replace(withdrawn_ms=at_ms)
        else:
            self._answer("declined", "voice", at_ms)
        self.withdrawn()
        return True

    @property
    def _is_expected(self) -> bool:
        """Whether there is a recording, or will be one without a word of the caller."""
        if self.evidence.answer == "granted":
            return self.evidence.withdrawn_ms is None
        return self.policy == "on" and not self._is_said

    @property
    def _is_said(self) -> bool:
        return self.evidence.by in {"key", "voice"}

    def _answer(self, answer: Answer, by: By, at_ms: int) -> None:
        self.evidence = self.evidence._replace(answer=answer, by=by, at_ms=at_ms)
        if answer == "granted":
            self.granted()


def _is_only(answer: str, words: str) -> bool:
    once = rf"(?:{answer})"
    whole = rf"\W*(?:(?:{POLITE})\W+)*{once}(?:\W+(?:{answer}|{POLITE}))*\W*"
    return bool(re.fullmatch(whole, words, re.IGNORECASE))

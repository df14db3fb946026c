"""What a caller says, and the order in which it goes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal

from tools.phone.carrier import PhoneCall
from tools.phone.ears import Ears, first_silence, first_voice, is_loud, last_voice
from tools.phone.handset import FRAME, HungUpError

Consent = Literal["yes", "no", "key"]
GREETING = 30.0  # seconds: a phrase that is rendered already
ANSWER = 90.0  # a small model on a small machine
LONGEST = 120.0
SHORT = 3.0  # to a goodbye there may be no answer
SOON = 15.0  # to a word or a key there is a short one
HOLDS = 60.0  # seconds that a caller waits for an answer after a remark
PAUSE = 1.0
INTO_IT = 1.5  # seconds of an answer that are heard before it is interrupted


@dataclass(frozen=True)
class Script:
    """`consent` answers the question whether the call may be recorded; None waits for none."""

    questions: tuple[str, ...]
    words: Mapping[Consent, str]
    interruption: str
    goodbye: str
    consent: Consent | None = None
    interrupts: bool = False

    def lines(self) -> Iterator[str]:
        """All that is going to be spoken."""
        yield from self.questions
        if self.consent in {"yes", "no"}:
            yield self.words[self.consent]
        if self.interrupts:
            yield self.interruption
        yield self.goodbye

    def with_questions(self, questions: tuple[str, ...]) -> "Script":
        """Others, if there are any."""
        return replace(self, questions=questions or self.questions)


ENGLISH = Script(
    ("What time do you open on Saturday?", "Do you have vegan cakes?"),
    {"yes": "Yes, you may.", "no": "No, please do not."},
    "Wait, stop please.",
    "Thank you, goodbye.",
)
FRENCH = Script(
    ("À quelle heure ouvrez-vous le samedi ?",),
    {"yes": "Oui, d'accord.", "no": "Non, merci."},
    "Attendez, s'il vous plaît.",
    "Merci, au revoir.",
)
SCRIPTS = {"en": ENGLISH, "fr": FRENCH}
KEY = "1"


@dataclass(frozen=True)
class Turn:
    """What was said, when it ended, and when the answer began; in seconds of the call.

    `silenced` is how long the answer went on after the caller had interrupted it.
    """

    said: str
    ended: float
    answered: float | None
    silenced: float | None = None

    @property
    def latency(self) -> float | None:
        """Between the last sound said and the first one heard."""
        return None if self.answered is None else self.answered - self.ended


class Caller:
    """Plays a script on a call: asks, hears the answer out, and asks the next thing."""

    def __init__(
        self,
        call: PhoneCall,
        voices: Mapping[str, bytes],
        told: Callable[[Turn], None],
        ears: Ears | None = None,
        answers: Callable[[], int] | None = None,
    ) -> None:
        """`answers` counts those that the service has given: "one moment" is none.

        Without it whatever is heard is one.
        """
        self._call = call
        self._handset = call.handset
        self._ears = ears or Ears(call.handset)
        self._voices = voices
        self._told, self._answers = told, answers or count().__next__

    async def play(self, script: Script) -> bool:
        """Whether it came to its end; the service may hang up before."""
        try:
            await self._converse(script)
        except HungUpError:
            return False
        return True

    async def _converse(self, script: Script) -> None:
        await self._ears.voice(GREETING)
        await self._ears.quiet(LONGEST)
        await self._consent(script)
        for question in script.questions:
            if script.interrupts and question == script.questions[0]:
                await self.interrupt(question, script.interruption)
            else:
                await self.ask(question)
        await self.ask(script.goodbye, within=SHORT)

    async def _consent(self, script: Script) -> None:
        if script.consent == "key":
            self._handset.press(KEY)
            await self._hear_out(SOON)
        elif script.consent:
            await self.ask(script.words[script.consent], within=SOON)

    async def ask(self, text: str, within: float = ANSWER) -> Turn:
        """Say it, and hear the answer out. Raises HungUpError."""
        ended = await self._say(text)
        turn = Turn(text, ended, await self._answer(within))
        self._told(turn)
        return turn

    async def interrupt(self, text: str, interruption: str) -> Turn:
        """Ask, and cut the answer short. Raises HungUpError."""
        ended = await self._say(text)
        answered = await self._into_the_answer()
        began = self._handset.seconds
        await self._say(interruption)
        first = first_voice(self._handset.said, began) or began
        await self._ears.quiet(LONGEST)
        silenced = first_silence(self._handset.heard, first) - first
        turn = Turn(text, ended, answered, silenced)
        self._told(turn)
        return turn

    async def _say(self, text: str) -> float:
        """When it ended, in seconds of the call."""
        self._handset.say(self._voices[text])
        await self._handset.until(lambda: not self._handset.is_speaking, LONGEST)
        return last_voice(self._handset.said) or self._handset.seconds

    async def _answer(self, within: float) -> float | None:
        """Hear it out; when it began. After a remark it is waited for."""
        before, until = self._answers(), self._handset.seconds + HOLDS
        began = await self._hear_out(within)
        while began and within > SOON and self._answers() == before and self._holds(until):
            began = await self._hear_out(PAUSE) or began
        return began

    def _holds(self, until: float) -> bool:
        return self._handset.seconds < until

    async def _into_the_answer(self) -> float | None:
        """When it began, some time ago; a remark before it is over by then."""
        began = await self._ears.voice(ANSWER)
        await self._handset.until(lambda: False, INTO_IT)
        if is_loud(bytes(self._handset.heard[-FRAME:])):
            return began
        began = await self._ears.voice(HOLDS) or began
        await self._handset.until(lambda: False, INTO_IT)
        return began

    async def _hear_out(self, within: float) -> float | None:
        began = await self._ears.voice(within)
        if began is not None:
            await self._ears.quiet(LONGEST)
        return began

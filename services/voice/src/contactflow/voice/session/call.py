"""One live call: who owns whom, what starts it, what ends it."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from livekit.agents import AgentSession, CloseEvent, CloseReason
from livekit.agents.llm import ChatMessage

from contactflow.voice.session.agent import Receptionist, agent_session, language_model
from contactflow.voice.session.cards import Cards
from contactflow.voice.session.closing import Closing
from contactflow.voice.session.consent import Consent
from contactflow.voice.session.desk import CallDesk
from contactflow.voice.session.disclosure import Disclosed, Disclosure
from contactflow.voice.session.ending import Ending
from contactflow.voice.session.evidence import Proof
from contactflow.voice.session.keeper import Keeper
from contactflow.voice.session.line import Line, Playback, Utterance
from contactflow.voice.session.livekit_io import Hearing, Speaking
from contactflow.voice.session.moods import Moods
from contactflow.voice.session.notes import Notes
from contactflow.voice.session.patience import Patience, deadline
from contactflow.voice.session.phrases import GIVES_WAY, Name
from contactflow.voice.session.ports import (
    CallAudio,
    Key,
    LineDroppedError,
    LineRefusedError,
    Played,
    Voice,
)
from contactflow.voice.session.reading import read_ahead
from contactflow.voice.session.recorder import Recorder
from contactflow.voice.session.terms import PARTING, Around, EndedBy, Record, Terms
from contactflow.voice.session.transcript import Transcript
from contactflow.voice.session.voice_activity import Exact
from contactflow.voice.session.words import Words

PARTING_S: Final = 8.0
AI_S: Final = 5.0
"""LiveKit waits for what the caller said last to be understood, and the rest is its own closing.

That takes 2 s at nearly every end: it waits (1.8) for a transcript whenever none came within the
last half second, whether or not anybody spoke, and how long is said when the session is made. Less
loses last sentences. By then the caller has hung up, or was: only the record and the place wait.
"""
KEEPING_S: Final = 10.0
"""How long the end of a call waits for stores that are away."""
TOLD_S: Final = 1.0
"""Who speaks to a line that is gone does not know why: until then who listens is told, and ends it.
"""

log = logging.getLogger(__name__)


class Call:
    """A call from its first sound to its record. `run` is called once."""

    def __init__(self, audio: CallAudio, terms: Terms, around: Around) -> None:
        self._audio, self._terms, self._around = audio, terms, around
        self._ending = Ending()
        self._lasted_ms: int | None = None
        self._is_cut = self._is_handed_over = False
        self._disclosure: Disclosure | None = None
        self._closing, self._cards = Closing(), Cards()
        self.notes = Notes(around.office, self._cards)
        self._recorder = Recorder(around.sink)
        self._silence = Patience(
            terms.silence_s, lambda: self.say("still_there").done, self._silent
        )
        self._filler = Patience(terms.filler_s, lambda: self.say("one_moment").done)
        self._line = Line(audio, self._recorder.spoken, self._spoken)
        self._evidence = Keeper(around.evidence.note)
        self._transcript = Transcript(around.turns, lambda: self.offset_ms, self._cards)
        recorder = self._recorder
        self._consent = Consent(
            terms.recording, terms.phrases.locale, recorder.allow, recorder.stop
        )
        self._desk = CallDesk(self, terms, around, self._consent, self._recorder, self._closing)
        self._hearing = Hearing()
        self._words = Words()
        self._speaking = Speaking(self._line, self._words)
        self._receptionist = Receptionist(terms.ai, self._desk, self._cards)
        voice_activity = Exact(around.voice_activity)
        self._ai = agent_session(terms.ai, terms.timing, around.client, voice_activity)

    @property
    def offset_ms(self) -> int:
        return self._line.offset_ms

    def end(self, by: EndedBy) -> None:
        """The first reason counts."""
        self._ending.end(by)

    async def hand_over(self, transfer: Callable[[], Awaitable[bool]]) -> bool:
        """Noted at once: whoever ends the call of a process that dies must not hang up on them."""
        self._is_handed_over = await self._ending.hand_over(transfer)
        if self._is_handed_over:
            self.note()
        return self._is_handed_over

    def say(self, name: Name) -> Utterance:
        """Queue a phrase; it is in the transcript once it was heard."""
        phrase = self._terms.phrases[name]
        utterance = self._line.say(phrase.pcm, gives_way_after=GIVES_WAY.get(name, math.inf))
        utterance.done.add_done_callback(lambda _: self._said(phrase.text, utterance))
        return utterance

    def write_down(self, answer: ChatMessage) -> None:
        """What the caller said is in the transcript, too, if the model does not get it."""
        self._transcript.heard(answer)

    def note(self) -> None:
        """Keep what is proved by now; the record will have it, too, if there is one."""
        consent, minor_at_ms = self._consent.evidence, self._desk.minor_at_ms
        proof = Proof(self._disclosed, consent, minor_at_ms, self._is_handed_over)
        self._evidence.keep(proof)

    @property
    def _is_left(self) -> bool:
        """Whether nobody hears any more what is played."""
        return self._lasted_ms is not None

    @property
    def _disclosed(self) -> Disclosed | None:
        return self._disclosure.proof if self._disclosure else None

    async def run(self) -> Record:
        """Return when the call is over, everything is stored and nothing of it is left.

        Whatever a part does, there is a record. Cancelling it is not among what it survives.
        """
        async with asyncio.TaskGroup() as parts:
            keepers = [parts.create_task(keeper) for keeper in self._keepers()]
            running = [parts.create_task(self._guarded(*part)) for part in self._parts()]
            ended_by = await self._ending.over()
            await self._part(ended_by)
            for part in running:
                part.cancel()
            await self._close()
            for keeper in keepers:
                keeper.cancel()
        return self._record(ended_by)

    def _keepers(self) -> list[Coroutine[Any, Any, None]]:
        keepers = (self._recorder, self._transcript, self._evidence, self.notes)
        return [keeper.run() for keeper in keepers]

    def _parts(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        """The disclosure is first on the line because it is first here."""
        return [
            ("disclosure", self._disclose()),
            ("line", self._speak()),
            ("hearing", self._listen()),
            ("answer", self._answer()),
            ("reading", self._read_ahead()),
            ("filler", self._filler.run()),
            ("silence", self._silence.run()),
            ("deadline", deadline(self._terms.limit_s, lambda: self.end("deadline"))),
        ]

    async def _guarded(self, what: str, part: Awaitable[None]) -> None:
        """A part with a bug ends the call as any other end does."""
        try:
            await part
        except Exception:
            log.exception("call.part_failed", extra={"part": what})
            self._closing.incomplete.append(what)
            self.end("fault")

    def _spoken(self, busy: bool) -> None:  # noqa: FBT001  what the line tells
        """While something is heard, or will be, nobody is silent and nothing is to be filled."""
        for patience in (self._silence, self._filler):
            patience.hold("line", on=busy)

    async def _disclose(self) -> None:
        self._silence.alive()
        self._disclosure = disclosure = Disclosure(self._line, self._terms.phrases)
        await disclosure.began()
        self.note()
        await disclosure.heard()
        self.note()
        if said := disclosure.proof:
            text = self._terms.phrases["disclosure"].text
            self._transcript.said(text, began_ms=said.began_ms, played_ms=said.played_ms)

    async def _speak(self) -> None:
        if "greeting" in self._terms.phrases:
            self.say("greeting")
        if self._terms.recording == "consent":
            self.say("consent").began.add_done_callback(lambda _: self._asked())
        elif self._terms.recording == "on":
            self.say("recorded").done.add_done_callback(self._announced)
        try:
            await self._line.run()
        except LineDroppedError:
            self._is_cut = True
            await asyncio.sleep(TOLD_S)
            self.end("line")

    def _asked(self) -> None:
        """After the disclosure: whoever agrees knows by then whom they speak with."""
        if self._is_left:
            return
        self._consent.ask(self._terms.phrases["consent"].wording_id, at_ms=self.offset_ms)
        self.note()

    def _announced(self, told: asyncio.Future[Playback]) -> None:
        if self._is_left or told.cancelled() or told.result().interrupted:
            return
        self._consent.announce(self._terms.phrases["recorded"].wording_id, at_ms=self.offset_ms)
        self.note()

    async def _listen(self) -> None:
        try:
            await self._hear()
            self.end("caller")
        except LineDroppedError:
            self.end("line")
        except LineRefusedError:
            self.end("protocol")

    async def _hear(self) -> None:
        async for heard in self._audio.hear():
            match heard:
                case Voice(pcm):
                    self._hearing.hear(pcm)
                    self._recorder.heard(pcm)
                case Key(digit):
                    self._desk.pressed(digit)
                    self._silence.alive()
                case Played(mark):
                    self._line.confirm(mark)

    async def _answer(self) -> None:
        ai: AgentSession[Any] = self._ai
        ai.input.audio, ai.output.audio = self._hearing, self._speaking
        ai.output.transcription = self._words
        self._transcript.follow(ai)
        moods = Moods(self._filler, self._silence, self._line.give_way)
        moods.follow(ai)
        ai.on("close", self._ai_closed)
        await ai.start(self._receptionist, record=False)
        async for _ in moods.not_understood():
            await self.say("say_again").done

    async def _read_ahead(self) -> None:
        model = language_model(self._terms.ai.models, self._around.client)
        await read_ahead(self._receptionist, model)

    def _ai_closed(self, event: CloseEvent) -> None:
        if event.reason == CloseReason.ERROR:
            self.end("ai")

    async def _silent(self) -> None:
        self.end("silence")

    def _said(self, text: str, utterance: Utterance) -> None:
        if utterance.done.cancelled() or not utterance.began.done():
            return
        played = utterance.done.result()
        self._transcript.said(
            text,
            began_ms=utterance.began.result(),
            played_ms=round(played.seconds * 1000),
            interrupted=played.interrupted,
        )

    async def _part(self, by: EndedBy) -> None:
        """The last words, while the line still runs; closing LiveKit waits for its playout.

        Nobody listens to that: hang up before. Nor does anybody on a line that is cut. And before
        the line is closed, for a carrier whose socket we close goes on with its other instructions.
        """
        within = self._closing.within
        if by in PARTING and not self._is_cut:
            await within("parting", self._last_words(by), PARTING_S)
        self._lasted_ms = self.offset_ms
        if self._disclosure:
            self._disclosure.end()
        self._recorder.stop()
        if by in PARTING:
            await within("hang_up", self._around.carrier.hang_up())
        self._hearing.end()
        await within("ai", self._ai.aclose(), AI_S)

    async def _last_words(self, by: EndedBy) -> None:
        """An agent that ends the call itself has finished what it says by then."""
        if by == "agent" and self._desk.has_parted:
            return
        self._hush()
        await self.say(PARTING[by]).done

    def _hush(self) -> None:
        with suppress(RuntimeError):  # LiveKit does not run, or not any more
            self._ai.interrupt(force=True)

    async def _close(self) -> None:
        within = self._closing.within
        await within("line", self._audio.aclose())
        await within("transcript", self._transcript.aclose(), KEEPING_S)
        await within("notes", self.notes.aclose(), KEEPING_S)
        await within("recording", self._recorder.aclose(), KEEPING_S)

    def _record(self, ended_by: EndedBy) -> Record:
        return Record(
            ended_by=ended_by,
            lasted_ms=self._lasted_ms or 0,
            disclosed=self._disclosed,
            consent=self._consent.evidence,
            recorded_s=self._recorder.seconds,
            minor_at_ms=self._desk.minor_at_ms,
            incomplete=tuple(self._closing.incomplete),
        )

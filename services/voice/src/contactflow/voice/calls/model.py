"""A call: from the first ring to an end, once, whatever dies on the way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, Self
from uuid import UUID

from sqlalchemy import ARRAY, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from contactflow.events import calls as events
from contactflow.events.conversations import Right
from contactflow.kernel import LOCALES, Locale, new_id
from contactflow.persistence import Aggregate, Base
from contactflow.vault import Category, Person, Personal, Retention, neutral, one, sealed, unsealed
from contactflow.voice.calls.evidence import (
    Consent,
    ConsentBy,
    Ending,
    Evidence,
    Latencies,
    Missing,
)
from contactflow.voice.numbers.model import Recording

Status = Literal["ringing", "in_progress", "completed", "failed", "no_answer", "busy", "canceled"]
RANKS: Final[Mapping[Status, int]] = {"ringing": 0, "in_progress": 1}
OVER: Final = 2
Outcome = Literal["handed_over", "handover_failed", "restricted"]
FAILED: Final[Outcome] = "handover_failed"
HANDED: Final = {"handed_over", FAILED}


class Line(NamedTuple):
    """How a carrier names a call, and where it came in; `caller` is None when withheld."""

    carrier_id: UUID
    carrier_call_id: str
    caller: str | None
    number_id: UUID
    to_e164: str
    agent_id: UUID
    recording: Recording


class Call(Personal, Aggregate, Base):
    """About the caller. `is_live` from when a media process has it until it lets go.

    `locale` is the caller's language, as crm knows it; `disclosure_locale` is what was spoken.
    """

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("workspace_id", "carrier_id", "carrier_call_id", name="uq_calls_carrier"),
    )

    direction: Mapped[events.Direction] = neutral(type_=String())
    caller = sealed(one(str), "voice.call.caller", Category.CONTACT_DETAILS, Retention.CALL)
    contact_id: Mapped[UUID | None] = unsealed(
        "voice.call.contact", Category.IDENTITY, Retention.CALL
    )
    number_id: Mapped[UUID] = neutral()
    to_e164: Mapped[str] = neutral()
    carrier_id: Mapped[UUID] = neutral()
    carrier_call_id: Mapped[str] = unsealed(
        "voice.call.carrier_call", Category.PSEUDONYM, Retention.CALL
    )
    status: Mapped[Status] = neutral(type_=String())
    sequence: Mapped[int] = neutral()
    is_live: Mapped[bool] = neutral()
    agent_id: Mapped[UUID] = neutral()
    agent_version: Mapped[int | None] = neutral()
    started_at: Mapped[datetime] = neutral()
    answered_at: Mapped[datetime | None] = neutral()
    ended_at: Mapped[datetime | None] = neutral()
    ended_by: Mapped[events.EndedBy | None] = neutral(type_=String())
    outcome: Mapped[Outcome | None] = neutral(type_=String())
    locale: Mapped[Locale | None] = unsealed(
        "voice.call.locale", Category.PREFERENCE, Retention.CALL, type_=String()
    )
    disclosure_wording_id: Mapped[str | None] = neutral()
    disclosure_locale: Mapped[Locale | None] = neutral(type_=String())
    disclosure_at_ms: Mapped[int | None] = neutral()
    disclosure_played_ms: Mapped[int | None] = neutral()
    disclosure_confirmed: Mapped[bool | None] = neutral()
    recording_policy: Mapped[Recording] = neutral(type_=String())
    consent: Mapped[Consent] = neutral(type_=String())
    consent_by: Mapped[ConsentBy | None] = neutral(type_=String())
    consent_at_ms: Mapped[int | None] = neutral()
    consent_wording_id: Mapped[str | None] = neutral()
    consent_withdrawn_ms: Mapped[int | None] = neutral()
    latency_turns: Mapped[int] = neutral()
    latency_p50_ms: Mapped[int | None] = neutral()
    latency_p95_ms: Mapped[int | None] = neutral()
    turn_count: Mapped[int] = neutral()
    has_recording: Mapped[bool] = neutral()
    missing: Mapped[tuple[str, ...]] = neutral(type_=ARRAY(String, as_tuple=True))
    minor_at_ms: Mapped[int | None] = neutral()

    @classmethod
    def ring(cls, person: Person, line: Line, *, at: datetime) -> Self:
        """Somebody calls."""
        call = cls(created_at=at, started_at=at)
        call.about(person, new_id())
        call.direction, call.status, call.sequence, call.is_live = "inbound", "ringing", -1, False
        call.caller, call.number_id, call.to_e164 = line.caller, line.number_id, line.to_e164
        call.carrier_id, call.carrier_call_id = line.carrier_id, line.carrier_call_id
        call.agent_id, call.recording_policy = line.agent_id, line.recording
        call.consent, call.has_recording, call.missing = "not_asked", False, ()
        call.latency_turns = call.turn_count = 0
        call.record(events.CallStarted(**call._names()), at=at)
        return call

    @property
    def is_over(self) -> bool:
        return RANKS.get(self.status, OVER) == OVER

    @property
    def language(self) -> Locale:
        """In which we speak to the caller; before anything was said, what they are known by."""
        return self.disclosure_locale or self.locale or LOCALES[0]

    @property
    def is_left(self) -> bool:
        """We ended it, or lost it: the caller may still be on the line, with nobody."""
        return self.is_over and self.ended_by not in {"caller", "handed_over", "carrier"}

    def answer(self, version: int, *, at: datetime) -> bool:
        """A media process has it; false when it is over already, or another one has it."""
        if self.is_over or self.is_live:
            return False
        self.agent_version, self.is_live = version, True
        self._pick_up(at)
        self.touch(at=at)
        return True

    def turn_away(self, *, to_human: bool, at: datetime) -> None:
        """No agent may answer: a human does, or nobody, as the caller's data is restricted."""
        self.outcome = "handed_over" if to_human else "restricted"
        self.touch(at=at)

    def learn(self, status: Status, *, sequence: int, at: datetime) -> bool:
        """What the carrier says, in whatever order; whether somebody has yet to close the call.

        What is over stays so. A call that is live is ended by whoever carries it, who knows more.
        """
        rank, now = RANKS.get(status, OVER), RANKS.get(self.status, OVER)
        if now == OVER or rank < now or (rank == now and sequence <= self.sequence):
            return False
        self.sequence = max(sequence, self.sequence)
        if rank == OVER:
            return self._over(status, at)
        if status == "in_progress":
            self._pick_up(at)
        self.touch(at=at)
        return False

    def spoke(self, *, at: datetime) -> None:
        """One more turn is kept."""
        self.turn_count += 1
        self.touch(at=at)

    def note(self, evidence: Evidence, *, at: datetime) -> None:
        """What is proved so far, so that it is known whatever becomes of the call."""
        self._prove(evidence)
        self.touch(at=at)

    def request_privacy(self, right: Right, *, at: datetime) -> None:
        """The caller has said that they want to use one of their rights."""
        self.record(events.CallPrivacyRequested(**self._names(), right=right), at=at)

    def end(self, ending: Ending, latencies: Latencies = Latencies(), *, at: datetime) -> bool:  # noqa: B008  a constant
        """Whoever carried it says how it ended; twice is once, and false."""
        self.is_live = False
        if self.is_over:
            return False
        self._keep(ending, latencies)
        status: events.EndStatus = "completed" if self.answered_at else "no_answer"
        self._close(status, ending.ended_by, at)
        return True

    def lose(self, *, turns: int, at: datetime) -> bool:
        """Whoever carried it is dead, or never let go: it says what can't be known."""
        self.turn_count = max(self.turn_count, turns)
        was_ours = self.agent_version is not None
        missing: tuple[Missing, ...] = ("transcript", "recording") if was_ours else ()
        by: events.EndedBy = "handed_over" if self.outcome in HANDED else "line"
        return self.end(Ending(by, missing=missing), at=at)

    def miss_human(self, *, at: datetime) -> bool:
        """Nobody took it when it was handed over; twice is once, and false.

        The carrier may say so before whoever carried the call says that it was handed over.
        """
        if self.outcome == FAILED:
            return False
        self.outcome = FAILED
        self.touch(at=at)
        if self.is_over:
            self._tell_missed(at)
        return True

    def keep_recording(
        self, recording_id: UUID, *, seconds: float, size: int, at: datetime
    ) -> None:
        """What was said is stored, as far as there is consent."""
        self.has_recording = True
        stored = events.RecordingStored(
            call_id=self.id,
            subject_id=self.subject_id,
            recording_id=recording_id,
            seconds=round(seconds),
            bytes=size,
        )
        self.record(stored, at=at)

    def summarize(self, intent: events.Intent, *, at: datetime) -> None:
        """Somebody has written what it was about."""
        about = {"call_id": self.id, "subject_id": self.subject_id}
        self.record(events.CallSummarized(**about, intent=intent), at=at)

    def lack_summary(self, *, at: datetime) -> None:
        """There will be none."""
        if "summary" not in self.missing:
            self.missing = (*self.missing, "summary")
            self.touch(at=at)

    def _over(self, status: Status, at: datetime) -> bool:
        if self.is_live:
            self.touch(at=at)
            return True
        ended: Any = status
        self._close(ended, "caller" if status in {"completed", "canceled"} else "carrier", at)
        return False

    def _pick_up(self, at: datetime) -> None:
        self.status, self.answered_at = "in_progress", self.answered_at or at

    def _keep(self, ending: Ending, latencies: Latencies) -> None:
        if ending.evidence:
            self._prove(ending.evidence)
        self.latency_turns, self.latency_p50_ms, self.latency_p95_ms = latencies
        self.missing = ending.missing

    def _prove(self, evidence: Evidence) -> None:
        if told := evidence.disclosure:
            self.disclosure_wording_id, self.disclosure_locale = told.wording_id, told.locale
            self.disclosure_at_ms, self.disclosure_played_ms = told.at_ms, told.played_ms
            self.disclosure_confirmed = told.confirmed
        self.consent, self.consent_by = evidence.consent, evidence.consent_by
        self.consent_at_ms, self.minor_at_ms = evidence.consent_at_ms, evidence.minor_at_ms
        self.consent_wording_id = evidence.consent_wording_id
        self.consent_withdrawn_ms = evidence.consent_withdrawn_ms
        if evidence.handed_over:
            self._hand_over()

    def _hand_over(self) -> None:
        """The carrier may have said before that nobody took it."""
        if self.outcome != FAILED:
            self.outcome = "handed_over"

    def _close(self, status: events.EndStatus, by: events.EndedBy, at: datetime) -> None:
        self.status, self.ended_by, self.ended_at = status, by, at
        if by == "handed_over":
            self._hand_over()
        begun = self.answered_at or at
        completed = events.CallCompleted(
            **self._names(),
            status=status,
            ended_by=by,
            duration_s=max(0, round((at - begun).total_seconds())),
            turn_count=self.turn_count,
            recorded=self.has_recording,
        )
        self.record(completed, at=at)
        if self.outcome == FAILED:
            self._tell_missed(at)

    def _tell_missed(self, at: datetime) -> None:
        self.record(events.CallHandoverFailed(**self._names()), at=at)

    def _names(self) -> dict[str, Any]:
        about = {"call_id": self.id, "subject_id": self.subject_id}
        return {**about, "direction": self.direction}

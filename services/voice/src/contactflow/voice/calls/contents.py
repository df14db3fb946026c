"""What is kept of a call: turns, a summary, follow-ups, recordings. All of it is the caller's."""

from datetime import datetime
from typing import Final, Literal, NamedTuple, Self
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped

from contactflow.events.calls import Intent
from contactflow.kernel import new_id
from contactflow.persistence import Base, references
from contactflow.vault import Category, Person, Personal, Retention, neutral, one, sealed

Speaker = Literal["caller", "agent"]
FollowUpKind = Literal["message", "callback", "task"]
RecordingState = Literal["recording", "stored"]
A_SECOND: Final = 16_000
"""Bytes of audio: G.711, 8 kHz, two channels."""


class Waits(NamedTuple):
    """Where the time before an agent's turn went, in ms; `latency_ms` is all of it."""

    end_of_speech_ms: int | None = None
    speech_to_text_ms: int | None = None
    first_token_ms: int | None = None
    first_sentence_ms: int | None = None
    first_audio_ms: int | None = None
    latency_ms: int | None = None


class Said(NamedTuple):
    """A turn as a live call tells it."""

    seq: int
    speaker: Speaker
    text: str
    started_ms: int
    ended_ms: int
    interrupted: bool = False
    waits: Waits = Waits()


class Asked(NamedTuple):
    """What the caller wants to be done after the call."""

    kind: FollowUpKind
    text: str
    callback_at: datetime | None = None


class Turn(Personal, Base):
    """What one side said, by offsets in the call; latencies in ms, of the agent's turns."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("workspace_id", "call_id", "seq", name="uq_turns_seq"),)

    call_id: Mapped[UUID] = neutral()
    seq: Mapped[int] = neutral()
    speaker: Mapped[Speaker] = neutral(type_=String())
    text = sealed(one(str), "voice.turn.text", Category.CONTENT, Retention.CALL)
    started_ms: Mapped[int] = neutral()
    ended_ms: Mapped[int] = neutral()
    interrupted: Mapped[bool] = neutral()
    end_of_speech_ms: Mapped[int | None] = neutral()
    speech_to_text_ms: Mapped[int | None] = neutral()
    first_token_ms: Mapped[int | None] = neutral()
    first_sentence_ms: Mapped[int | None] = neutral()
    first_audio_ms: Mapped[int | None] = neutral()
    latency_ms: Mapped[int | None] = neutral()

    @classmethod
    def of(cls, person: Person, call_id: UUID, said: Said) -> Self:
        turn = cls(call_id=call_id, seq=said.seq, speaker=said.speaker, **said.waits._asdict())
        turn.about(person, new_id())
        turn.text, turn.interrupted = said.text, said.interrupted
        turn.started_ms, turn.ended_ms = said.started_ms, said.ended_ms
        return turn


class Summary(Personal, Base):
    """Its id is the call's: there is one."""

    __tablename__ = "summaries"

    call_id: Mapped[UUID] = neutral()
    text = sealed(one(str), "voice.summary.text", Category.CONTENT, Retention.CALL)
    intent: Mapped[Intent] = neutral(type_=String())
    generated_at: Mapped[datetime] = neutral()


class FollowUp(Personal, Base):
    """What is to be done after the call: asked for by the caller, or (task) told by the summary."""

    __tablename__ = "follow_ups"

    call_id: Mapped[UUID] = neutral()
    kind: Mapped[FollowUpKind] = neutral(type_=String())
    text = sealed(one(str), "voice.follow_up.text", Category.CONTENT, Retention.CALL)
    callback_at: Mapped[datetime | None] = neutral()
    created_at: Mapped[datetime] = neutral()

    @classmethod
    def of(cls, person: Person, call_id: UUID, asked: Asked, *, at: datetime) -> Self:
        wanted = cls(call_id=call_id, kind=asked.kind, callback_at=asked.callback_at, created_at=at)
        wanted.about(person, new_id())
        wanted.text = asked.text
        return wanted


class CallRecording(Personal, Base):
    """Registered before the first byte is stored. `bytes` are of audio, both channels."""

    __tablename__ = "recordings"
    __table_args__ = ({"info": {"system": "the sweeper asks which recordings there are"}},)

    call_id: Mapped[UUID] = neutral()
    state: Mapped[RecordingState] = neutral(type_=String())
    segments: Mapped[int] = neutral()
    bytes: Mapped[int] = neutral()
    started_ms: Mapped[int] = neutral()

    @property
    def seconds(self) -> float:
        return self.bytes / A_SECOND

    def finish(self) -> bool:
        """Nothing is added any more; twice is once, and false."""
        before, self.state = self.state, "stored"
        return before == "recording"


class RecordingAccess(Personal, Base):
    """Somebody listened to the recording, or to a part of it."""

    __tablename__ = "recording_accesses"

    call_id: Mapped[UUID] = neutral()
    principal: Mapped[str] = neutral()
    accessed_at: Mapped[datetime] = neutral()


for _model in (Turn, Summary, FollowUp, CallRecording, RecordingAccess):
    references(_model, "calls", "call_id")

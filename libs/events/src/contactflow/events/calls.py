"""What voice tells about phone calls.

Every event names the caller's subject, so that a consumer that missed one can still act on the
next.
"""

from typing import Literal
from uuid import UUID

from contactflow.events.base import Event, Topic
from contactflow.events.conversations import Right

CALLS = Topic("voice.calls")

Direction = Literal["inbound"]
EndStatus = Literal["completed", "failed", "no_answer", "busy", "canceled"]
EndedBy = Literal[
    "caller",
    "agent",
    "handed_over",
    "silence",
    "deadline",
    "drain",
    "line",
    "protocol",
    "ai",
    "fault",
    "carrier",
]
Intent = Literal["question", "order", "appointment", "complaint", "privacy", "other"]


class CallStarted(Event, type="call.started", topic=CALLS):
    """Somebody calls; nobody has answered yet."""

    call_id: UUID
    subject_id: UUID
    direction: Direction


class CallCompleted(Event, type="call.completed", topic=CALLS):
    """The call is over, however it went; once for each call."""

    call_id: UUID
    subject_id: UUID
    direction: Direction
    status: EndStatus
    ended_by: EndedBy
    duration_s: int
    turn_count: int
    recorded: bool


class CallHandoverFailed(Event, type="call.handover_failed", topic=CALLS):
    """Nobody took the call that was handed over to a person; told after call.completed."""

    call_id: UUID
    subject_id: UUID
    direction: Direction


class CallPrivacyRequested(Event, type="call.privacy_requested", topic=CALLS):
    """The caller has said that they want to use one of their rights."""

    call_id: UUID
    subject_id: UUID
    direction: Direction
    right: Right


class CallSummarized(Event, type="call.summarized", topic=CALLS):
    """What the call was about can be asked for now."""

    call_id: UUID
    subject_id: UUID
    intent: Intent


class RecordingStored(Event, type="recording.stored", topic=CALLS):
    """The recording of the call is whole, as far as there is one."""

    call_id: UUID
    subject_id: UUID
    recording_id: UUID
    seconds: int
    bytes: int

"""HTTP shapes of calls."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from contactflow.events.calls import Direction, EndedBy, Intent
from contactflow.kernel import Locale
from contactflow.voice.calls.contents import FollowUpKind, Speaker
from contactflow.voice.calls.evidence import Consent, ConsentBy, Missing
from contactflow.voice.calls.model import Outcome, Status
from contactflow.voice.numbers.model import Recording
from contactflow.web import Listed, Shape, public_id

CallId = Annotated[UUID, public_id("call")]
ContactId = Annotated[UUID, public_id("con")]
AgentId = Annotated[UUID, public_id("agt")]
Number = Annotated[str, Field(examples=["+33140205050"])]
Text = Annotated[str, Field(examples=["When do you open?"])]


class AgentRef(Shape):
    id: AgentId
    version: int | None


class DisclosureOut(Shape):
    """`at`: when it began; `wording_id` says which words they were.

    `confirmed`: the carrier reported that it was played to the end.
    """

    locale: Locale
    at: datetime
    wording_id: Annotated[str, Field(examples=["disclosure/en/1"])]
    confirmed: bool


class RecordingOut(Shape):
    """`consent_by` and `consent_at`: how and when it was answered, to the words `wording_id`.

    Nothing was recorded after `withdrawn_at`, when the caller asked for that.
    """

    policy: Recording
    consent: Consent
    consent_by: ConsentBy | None
    consent_at: datetime | None
    wording_id: Annotated[str | None, Field(examples=["consent/en/2"])]
    withdrawn_at: datetime | None
    available: bool


class LatencyOut(Shape):
    turns: int
    p50_ms: int | None
    p95_ms: int | None


class CallOut(Shape, Listed):
    """`missing` names what could not be kept of it."""

    id: CallId
    direction: Direction
    from_: Annotated[Number | None, Field(alias="from")]
    to: Number
    status: Status
    agent: AgentRef
    contact_id: ContactId | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    duration_s: int | None
    ended_by: EndedBy | None
    outcome: Outcome | None = Field(
        description="`handover_failed`: nobody took the call, and the caller was told so. "
        "`restricted`: the caller's data is only stored, so no agent answered."
    )
    disclosure: DisclosureOut | None
    recording: RecordingOut
    latency: LatencyOut
    minor_reported_at: datetime | None = Field(
        description="When the agent noted that the caller seems to be a child; nothing is recorded "
        "from then on."
    )
    missing: tuple[Missing, ...]


class TurnOut(Shape):
    seq: int
    speaker: Speaker
    text: Text
    started_at: datetime
    ended_at: datetime
    interrupted: bool
    latency_ms: int | None


class TranscriptOut(Shape):
    """In the order in which it was said."""

    data: tuple[TurnOut, ...]


class FollowUpOut(Shape):
    kind: FollowUpKind
    text: Text
    callback_at: datetime | None


class SummaryOut(Shape):
    summary: Annotated[str, Field(examples=["The caller asked when the bakery opens."])]
    intent: Intent
    follow_ups: tuple[FollowUpOut, ...]
    generated_at: datetime


class CallerIdentityOut(Shape):
    kind: Literal["phone"]
    value: str


class CallerOut(Shape):
    """Who a caller is, for crm: the carrier vouches for the number."""

    name: None = None
    identities: tuple[CallerIdentityOut, ...]
    claims: tuple[()] = ()


class Asked(Shape):
    """What crm asks for: the content of the calls that it shows."""

    call_ids: tuple[UUID, ...] = Field(max_length=100)


class Content(Shape):
    id: UUID
    status: Status
    duration_s: int | None
    summary: str | None
    intent: Intent | None
    follow_ups: tuple[FollowUpOut, ...]


class Contents(Shape):
    calls: tuple[Content, ...]


def shown(row: Any) -> dict[str, Any]:
    """A row of a call as the fields of its shape."""
    told = row.disclosure_wording_id and {
        "locale": row.disclosure_locale,
        "at": offset(row, row.disclosure_at_ms),
        "wording_id": row.disclosure_wording_id,
        "confirmed": bool(row.disclosure_confirmed),
    }
    same = ("id", "direction", "status", "contact_id", "started_at", "answered_at", "ended_at")
    return {
        **{name: getattr(row, name) for name in (*same, "ended_by", "outcome", "missing")},
        "from": row.caller,
        "to": row.to_e164,
        "agent": {"id": row.agent_id, "version": row.agent_version},
        "duration_s": duration(row),
        "disclosure": told or None,
        "recording": _recording(row),
        "latency": _latency(row),
        "minor_reported_at": _when(row, row.minor_at_ms),
    }


def duration(row: Any) -> int | None:
    """In seconds, from the answer; None while it goes on."""
    if row.ended_at is None:
        return None
    lasted: timedelta = row.ended_at - (row.answered_at or row.ended_at)
    return max(0, round(lasted.total_seconds()))


def offset(row: Any, ms: int | None) -> datetime:
    """When that was, by the offset in the call."""
    begun: datetime = row.answered_at or row.started_at
    return begun + timedelta(milliseconds=ms or 0)


def _recording(row: Any) -> Mapping[str, Any]:
    available = row.has_recording and row.ended_at is not None
    return {
        "policy": row.recording_policy,
        "consent": row.consent,
        "consent_by": row.consent_by,
        "consent_at": _when(row, row.consent_at_ms),
        "wording_id": row.consent_wording_id,
        "withdrawn_at": _when(row, row.consent_withdrawn_ms),
        "available": available,
    }


def _when(row: Any, ms: int | None) -> datetime | None:
    return None if ms is None else offset(row, ms)


def _latency(row: Any) -> Mapping[str, Any]:
    return {"turns": row.latency_turns, "p50_ms": row.latency_p50_ms, "p95_ms": row.latency_p95_ms}

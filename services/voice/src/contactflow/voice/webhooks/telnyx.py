"""What Telnyx's webhooks say. They are answered by commands, not in the answer."""

import json
from collections.abc import Mapping
from typing import Any, Final

from contactflow.voice.calls.model import Status
from contactflow.voice.carriers.telnyx import handover
from contactflow.voice.webhooks.news import Missed, News
from contactflow.voice.webhooks.twilio import phone

STATUSES: Final[Mapping[str, Status]] = {
    "call.initiated": "ringing",
    "call.answered": "in_progress",
    "call.hangup": "completed",
}
CAUSES: Final[Mapping[str, Status]] = {
    "user_busy": "busy",
    "no_answer": "no_answer",
    "timeout": "no_answer",
    "originator_cancel": "canceled",
}


TAKEN: Final = {"normal_clearing", "time_limit", "originator_cancel"}
"""How the leg of a hand-over ends that was taken, or for which the caller did not wait."""


def read(body: bytes) -> News | Missed | None:
    """The news of a webhook; None when we do not know what it says, or nothing is new."""
    try:
        data: Mapping[str, Any] = json.loads(body)["data"]
        kind, said = data["event_type"], data["payload"]
        status, named = STATUSES.get(kind), said["call_control_id"]
    except (ValueError, KeyError, TypeError):
        return None
    if status is None or not isinstance(named, str):
        return None
    if handed := handover.call_of(said.get("client_state")):
        missed = status == "completed" and said.get("hangup_cause") not in TAKEN
        return Missed(handed) if missed else None
    called = str(said.get("to", ""))
    return News(
        carrier_call_id=named,
        caller=phone(said.get("from")),
        called=phone(called) or called,
        status=_ended(said) if status == "completed" else status,
        sequence=-1 if status == "ringing" else 0,
        asks=kind == "call.initiated" and said.get("direction") in {"incoming", None},
    )


def _ended(said: Mapping[str, Any]) -> Status:
    return CAUSES.get(str(said.get("hangup_cause")), "completed")


def is_known(body: bytes) -> bool:
    """Whether it is one of the events that tell us nothing new."""
    try:
        kind = json.loads(body)["data"]["event_type"]
    except (ValueError, KeyError, TypeError):
        return False
    return isinstance(kind, str) and kind.startswith(("streaming.", "streaming_", "call."))

"""What privacy asks of whoever holds personal data, and what they answer.

An event names a request and nothing of the person: who has to act fetches whom it is about from
privacy, which tells nobody once the request is over.
"""

from datetime import datetime
from typing import Final, Literal, get_args
from uuid import UUID

from contactflow.events.base import Event, Topic

ERASURES = Topic("privacy.erasures")
"""Keyed by the request: what is asked and what is answered keep their order."""

ParticipantName = Literal["gateway", "chat", "crm", "voice"]
"""A service that holds personal data."""

PARTICIPANTS: Final[tuple[ParticipantName, ...]] = get_args(ParticipantName)


class ErasureRequested(Event, type="erasure.requested", topic=ERASURES):
    """Approved: every participant erases this person. A later `round` finds what the last left."""

    request_id: UUID
    round: int


class ErasureParticipantCompleted(Event, type="erasure.participant_completed", topic=ERASURES):
    """A participant has committed its part of a round, so many rows; it tells which if asked."""

    request_id: UUID
    round: int
    participant: ParticipantName
    rows: int


class ErasureCompleted(Event, type="erasure.completed", topic=ERASURES):
    """Every participant has erased, nothing was left, the receipt is signed."""

    request_id: UUID
    completed_at: datetime


class RestrictionChanged(Event, type="restriction.changed", topic=ERASURES):
    """The data of the person of this request is only stored from here on, or no longer only."""

    request_id: UUID
    restricted: bool

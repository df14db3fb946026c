"""A ticker, its event, and what the service notes of it."""

from uuid import UUID

from sqlalchemy.orm import Mapped

import contactflow.erasure.model
import contactflow.messaging.jobs
import contactflow.vault  # noqa: F401  they register tables
from contactflow.events import Event, Topic
from contactflow.persistence import Aggregate, Base, WorkspaceRow

TICKS = Topic("ticking.ticks", partitions=3)
POISONED = 13
CARD = "4111111111111111"
"""What a bug says, and nothing may repeat, not even the `BEGINNING`: less may be a random id's."""
BEGINNING = CARD[:8]


class Ticked(Event, type="runtime.ticked", topic=TICKS):
    total: int


class Ticker(Aggregate, Base):
    __tablename__ = "tickers"

    total: Mapped[int]


class Noted(WorkspaceRow, Base):
    __tablename__ = "noted"

    ticker_id: Mapped[UUID]

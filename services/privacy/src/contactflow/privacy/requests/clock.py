"""By when a request has to be answered (GDPR, article 12(3)).

The published policies say 30 days, the law says one month: the earlier of the two is safe.
"""

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Final

DAYS: Final = timedelta(days=30)
EXTENSION: Final = 2  # months
WARNING: Final = timedelta(days=7)


def due(received_at: datetime) -> datetime:
    return min(received_at + DAYS, months_later(received_at, 1))


def extended(due_at: datetime) -> datetime:
    return months_later(due_at, EXTENSION)


def months_later(at: datetime, months: int) -> datetime:
    """The same day and time, or the last day of a month that is too short for it."""
    years, month = divmod(at.month - 1 + months, 12)
    year = at.year + years
    last = monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last))

"""A clock that stands still until told otherwise."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class FakeClock:
    """Call it for the time; `advance` moves it. It never moves by itself."""

    def __init__(self, at: datetime = NOON) -> None:
        self._now = at

    def __call__(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by

"""How long an answer waits for the visitor to finish."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """A burst of messages gets one answer: `pause` after the last, `longest` after the first.

    Of those that come during a turn, `pause` after the first; the others make it begin anew.
    """

    pause: timedelta = timedelta(seconds=0.8)
    longest: timedelta = timedelta(seconds=15)

    def restarts(self, waiting_since: datetime, at: datetime) -> bool:
        """Whether a message that comes now makes a pending answer begin anew."""
        return at < waiting_since + self.longest

    def due(self, waiting_since: datetime, at: datetime) -> datetime:
        """When to answer, if nothing more comes."""
        return min(at + self.pause, max(at, waiting_since + self.longest))

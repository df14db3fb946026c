"""Times that callers state."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _utc(said: datetime) -> datetime:
    """Some times of the years 1 and 9999 are, in UTC, of years that nobody can hold."""
    try:
        return said.astimezone(UTC)
    except OverflowError:
        raise ValueError("year") from None


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
"""A time with its zone (RFC 3339), in UTC from here on."""

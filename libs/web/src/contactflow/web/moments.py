"""Times that callers state."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BeforeValidator

from contactflow.web.errors import InvalidTimeError

WRITTEN: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)
FIRST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)
"""What asyncpg stores as infinity, and reads as a time without a zone: no time of anything."""


def _moment(said: object) -> datetime:
    if isinstance(said, str) and WRITTEN.fullmatch(said):
        try:
            said = datetime.fromisoformat(said.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            raise InvalidTimeError from None
    if isinstance(said, datetime) and said.tzinfo and FIRST <= said < LAST:
        return said
    raise InvalidTimeError


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
"""A time with its zone, as RFC 3339 writes it and of the years 1900 to 9999; in UTC from here on.

A number is none: pydantic would take it for seconds since 1970, and 20261101 for a day in August.
"""

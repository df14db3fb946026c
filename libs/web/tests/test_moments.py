"""Times as callers may state them."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from contactflow.web import Moment

MOMENTS: TypeAdapter[datetime] = TypeAdapter(Moment)


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-01T09:30:00Z",
        "2026-11-01t09:30:00z",
        "2026-11-01T10:30:00.000+01:00",
        "2026-11-01T09:30:00.000000000-00:00",
    ],
)
def test_a_time_is_the_same_one_in_utc(said: str) -> None:
    assert MOMENTS.validate_python(said).isoformat() == "2026-11-01T09:30:00+00:00"


@pytest.mark.parametrize(
    "said",
    [
        "20261101",
        20261101,
        1900000000,
        1.9e9,
        True,
        None,
        "2026-11-01",
        "2026-11-01T09:30:00",
        "2026-11-01 09:30:00Z",
        "2026-11-01T09:30Z",
        "20261101T093000Z",
        "2026-11-01T09:30:00+0100",
        "2026-11-01T09:30:00+25:00",
        "2026-02-30T09:30:00Z",
        "2026-11-01T09:30:60Z",
        "\u0662026-11-01T09:30:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1899-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59.999999Z",
        datetime(2026, 11, 1),  # noqa: DTZ001  that is the point
    ],
)
def test_anything_else_is_no_time(said: object) -> None:
    with pytest.raises(ValidationError) as refused:
        MOMENTS.validate_python(said)

    assert refused.value.errors()[0]["ctx"]["error"].code == "invalid_time"


def test_the_years_are_1900_to_9999() -> None:
    ends = ["1900-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]

    said = [MOMENTS.dump_python(MOMENTS.validate_python(one), mode="json") for one in ends]

    assert said == ends
    assert MOMENTS.validate_python(datetime(2026, 11, 1, tzinfo=UTC)).tzinfo is UTC

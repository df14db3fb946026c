"""By when a request has to be answered."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactflow.privacy.requests import clock


def on(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (on(11, 21), on(12, 21)),
        (on(1, 15), on(2, 14)),
        (on(1, 30), on(2, 28)),
        (on(2, 1), on(3, 1)),
        (on(2, 1, 2028), on(3, 1, 2028)),
        (on(12, 31), on(1, 30, 2027)),
    ],
)
def test_it_is_due_after_thirty_days_or_a_month(received: datetime, due: datetime) -> None:
    assert clock.due(received) == due


@pytest.mark.parametrize(
    ("due", "later"),
    [
        (on(12, 21), on(2, 21, 2027)),
        (on(12, 31), on(2, 28, 2027)),
        (on(3, 1), on(5, 1)),
        (on(12, 31, 2027), on(2, 29, 2028)),
    ],
)
def test_an_extension_is_two_months(due: datetime, later: datetime) -> None:
    assert clock.extended(due) == later


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  it takes no zone
def test_it_is_never_due_after_thirty_days_nor_before_four_weeks(received: datetime) -> None:
    took = clock.due(received) - received

    assert 28 <= took.days <= 30

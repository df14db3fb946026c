from datetime import timedelta

import pytest

from contactflow.gateway.access.pace import Pace
from contactflow.kernel import new_id
from contactflow.testing.clock import FakeClock
from contactflow.web import Principal
from contactflow.web.limits import Rate, RateLimitedError

THREE = Rate("requests", 3, timedelta(seconds=30))
ONE = Rate("requests", 1, timedelta(seconds=30))


@pytest.fixture
def pace(clock: FakeClock) -> Pace:
    return Pace(clock, known=THREE, public=ONE)


@pytest.fixture
def ada() -> Principal:
    return Principal(new_id(), frozenset(), "user", new_id(), "client")


def test_who_asks_too_often_is_told_when_to_come_again(
    pace: Pace, ada: Principal, clock: FakeClock
) -> None:
    left = [pace.take(ada)["RateLimit"] for _ in range(3)]

    with pytest.raises(RateLimitedError) as refused:
        pace.take(ada)

    assert left == ['"requests";r=2;t=10', '"requests";r=1;t=20', '"requests";r=0;t=30']
    assert refused.value.headers["Retry-After"] == "10"
    clock.advance(timedelta(seconds=10))
    pace.take(ada)


def test_the_public_is_counted_by_client(pace: Pace) -> None:
    pace.take(Principal.public("one"))
    pace.take(Principal.public("two"))

    with pytest.raises(RateLimitedError):
        pace.take(Principal.public("one"))


def test_one_caller_does_not_slow_another(pace: Pace, ada: Principal) -> None:
    for _ in range(3):
        pace.take(ada)

    pace.take(Principal(new_id(), frozenset(), "key", new_id(), "client"))

"""A circuit breaker: who has just failed several times is not asked for a while."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from contactflow.kernel import UnavailableError
from contactflow.telemetry import metrics

FAILURES: Final = 5
PAUSE: Final = 1.0
"""Seconds. Who is back, as after a crash, is refused for as long as this for nothing."""


class Breaker:
    """Opens after `FAILURES` UnavailableErrors in a row, for `PAUSE` seconds.

    Then one call goes through as a probe; the others are still refused until it is back. Those are
    counted, by the `service` that has failed. A probe that was called off has told nothing: the
    next call is one.
    """

    def __init__(self, service: str, now: Callable[[], float] = monotonic) -> None:
        self._service, self._now, self._failures, self._closed_at = service, now, 0, 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Around one call. Raises UnavailableError without calling while it is open."""
        if is_probe := self._failures >= FAILURES:
            if self._now() < self._closed_at:
                metrics.CALLS_SPARED.add(labels={"audience": self._service})
                raise UnavailableError
            self._closed_at = self._now() + PAUSE
        try:
            yield
        except UnavailableError:
            self._failures += 1
            self._closed_at = self._now() + PAUSE
            raise
        except BaseException:
            if is_probe:
                self._closed_at = self._now()
            raise
        self._failures = 0

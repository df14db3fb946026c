"""Where time comes from."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the time now, with its zone. An argument wherever time matters, so that tests own it."""


def system_clock() -> datetime:
    """The time of this machine, in UTC. Handed to a process once, where it is put together."""
    return datetime.now(UTC)  # noqa: TID251  the one place that may ask

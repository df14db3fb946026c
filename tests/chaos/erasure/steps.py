"""Steps as parameters of tests: one failpoint, or several that one process reaches in turns."""

from typing import Any

import pytest

Step = str | tuple[str, ...]


def long(*steps: Step) -> list[Any]:
    """What only make test-all runs."""
    return [pytest.param(one, marks=pytest.mark.long) for one in steps]


def names(step: Step) -> tuple[str, ...]:
    """The failpoints of it."""
    return (step,) if isinstance(step, str) else step

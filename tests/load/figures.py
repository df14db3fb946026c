"""What was measured, as it is told: percentiles of a sample, tables in Markdown."""

import sys
from collections.abc import Iterable, Sequence


def percentile(sample: Sequence[float], percent: float) -> float:
    """The smallest of a sample that so many percent of it do not exceed. Raises ValueError."""
    if not sample:
        raise ValueError("an empty sample")
    place = -(-len(sample) * percent // 100)
    return sorted(sample)[max(int(place), 1) - 1]


def say(lines: Iterable[str]) -> None:
    """Each table as soon as it is there."""
    sys.stdout.write("\n".join([*lines, "", ""]))
    sys.stdout.flush()

"""How long to wait before the next try: doubling, with jitter, for ever."""

import random
from collections.abc import Iterator


def pauses(shortest: float, longest: float) -> Iterator[float]:
    """Seconds, each twice the one before up to `longest`, each shortened by up to a half."""
    pause = shortest
    while True:
        yield pause * random.uniform(0.5, 1)  # noqa: S311  spread, not secrecy
        pause = min(pause * 2, longest)

"""How many requests of the same stranger may be under way at once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Final

from contactflow.web import Principal, TooManyRequestsError

MOST: Final = 100  # event streams among them; an office has one address


class CrowdedError(TooManyRequestsError):
    """So many of theirs are open that others would get none."""

    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "10"}


class Crowd:
    """Counts in this process. A stream lasts, so how often one asks does not bound how many."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def admitting(self, who: Principal) -> Iterator[None]:
        """Around one request. Raises CrowdedError; whoever has a key or a login is known."""
        if who.kind != "public":
            yield
            return
        name = who.client or ""
        if self._open[name] >= MOST:
            raise CrowdedError
        self._open[name] += 1
        try:
            yield
        finally:
            self._open[name] -= 1
            if not self._open[name]:
                del self._open[name]

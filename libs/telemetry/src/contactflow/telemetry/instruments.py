"""Instruments: a counter, a histogram and a gauge that say only what they declare."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from contactflow.telemetry.fields import LABELS

Labels = Mapping[str, str | int]
Key = tuple[tuple[str, str | int], ...]
Read = Callable[[], float]

SCOPE: Final = "contactflow"
NONE: Final[Labels] = {}
DECLARED: Final[dict[str, "Metric"]] = {}
"""Every metric by its name. What is not declared here leaves no process (see `metrics`)."""


class Metric:
    """A name, a unit (UCUM) and the labels that it may have; `about` is for the operator.

    Raises ValueError for a label that is not in `fields.LABELS`, and for a name that is taken.
    Without a reader to serve (see `metrics`), whatever is told to it is forgotten.
    """

    kind: str

    def __init__(self, name: str, unit: str, about: str, *labels: str) -> None:
        if unknown := {*labels} - LABELS:
            message = f"{name}: nobody allowed the labels {sorted(unknown)}"
            raise ValueError(message)
        if name in DECLARED:
            message = f"{name} is declared twice"
            raise ValueError(message)
        self.name, self.unit, self.about, self.labels = name, unit, about, labels
        DECLARED[name] = self


class Counter(Metric):
    """How often something happened since the process began."""

    kind = "counter"

    def __init__(self, name: str, unit: str, about: str, *labels: str) -> None:
        super().__init__(name, unit, about, *labels)
        self._told = metrics.get_meter(SCOPE).create_counter(name, unit, about)

    def add(self, amount: int = 1, labels: Labels = NONE) -> None:
        """So many more."""
        self._told.add(amount, labels)


class Histogram(Metric):
    """How large or how long something was, in buckets up to the `bounds`."""

    kind = "histogram"

    def __init__(
        self, name: str, unit: str, about: str, *labels: str, bounds: tuple[float, ...]
    ) -> None:
        super().__init__(name, unit, about, *labels)
        self.bounds = bounds
        self._told = metrics.get_meter(SCOPE).create_histogram(
            name, unit, about, explicit_bucket_boundaries_advisory=bounds
        )

    def record(self, amount: float, labels: Labels = NONE) -> None:
        """One more of that size."""
        self._told.record(amount, labels)


class Gauge(Metric):
    """How much there is now. A series that nobody sets or follows any more is not told."""

    kind = "gauge"

    def __init__(self, name: str, unit: str, about: str, *labels: str) -> None:
        super().__init__(name, unit, about, *labels)
        self._now: dict[Key, float | list[Read]] = {}
        meter = metrics.get_meter(SCOPE)
        meter.create_observable_gauge(name, [self._observed], unit, about)

    def set(self, value: float, labels: Labels = NONE) -> None:
        """From here on it is so much."""
        self._now[_key(labels)] = value

    def forget(self, labels: Labels = NONE) -> None:
        """From here on it is somebody else's to say."""
        self._now.pop(_key(labels), None)

    @contextmanager
    def follow(self, read: Read, labels: Labels = NONE) -> Iterator[None]:
        """Ask `read` whenever somebody looks, from the thread that looks; several are a sum."""
        key = _key(labels)
        reads = self._now.setdefault(key, [])
        if isinstance(reads, float | int):
            raise TypeError(self.name)
        reads.append(read)
        try:
            yield
        finally:
            reads.remove(read)
            if not reads:
                self._now.pop(key, None)

    def _observed(self, _: CallbackOptions) -> Iterator[Observation]:
        for key, now in tuple(self._now.items()):
            value = sum(read() for read in tuple(now)) if isinstance(now, list) else now
            yield Observation(value, dict(key))


class Tally(Metric):
    """How many there are now, counted as they come and go."""

    kind = "gauge"

    def __init__(self, name: str, unit: str, about: str, *labels: str) -> None:
        super().__init__(name, unit, about, *labels)
        self._told = metrics.get_meter(SCOPE).create_up_down_counter(name, unit, about)

    @contextmanager
    def one(self, labels: Labels = NONE) -> Iterator[None]:
        """One more, for as long as this lasts."""
        self._told.add(1, labels)
        try:
            yield
        finally:
            self._told.add(-1, labels)


def _key(labels: Labels) -> Key:
    return tuple(sorted(labels.items()))

"""What a process would tell Prometheus, read by a test in that process."""

from contextlib import suppress

from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import CollectorRegistry
from prometheus_client.samples import Sample

from contactflow.telemetry.metrics import measure_to

Series = tuple[str, frozenset[tuple[str, str]]]


class Measured:
    """Values by the name that Prometheus knows; counted from when this was made."""

    _registry: CollectorRegistry | None = None
    _provider: MeterProvider | None = None

    def __init__(self) -> None:
        if Measured._registry is None:  # a process has one for good
            Measured._registry = CollectorRegistry()
            Measured._provider = measure_to(Measured._registry, service="test", role="all")
        self._before = self._values()

    def since(self, name: str, **labels: str) -> float:
        """How much more of it there is, over every series that has at least these labels."""
        now, before = self._sum(self._values(), name, labels), 0.0
        with suppress(KeyError):
            before = self._sum(self._before, name, labels)
        return now - before

    def now(self, name: str, **labels: str) -> float | None:
        """How much of it there is; None when nobody tells."""
        try:
            return self._sum(self._values(), name, labels)
        except KeyError:
            return None

    @property
    def samples(self) -> list[Sample]:
        """Everything that is told."""
        assert Measured._registry is not None  # noqa: S101  made by the constructor
        return [one for family in Measured._registry.collect() for one in family.samples]

    def _values(self) -> dict[Series, float]:
        return {(one.name, frozenset(one.labels.items())): one.value for one in self.samples}

    @staticmethod
    def _sum(values: dict[Series, float], name: str, labels: dict[str, str]) -> float:
        found = [
            value for (told, has), value in values.items() if told == name and labels.items() <= has
        ]
        if not found:
            raise KeyError(name)
        return sum(found)

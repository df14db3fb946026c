"""What the processes of a house tell about their work, byte for byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from contactflow.testing.collector import Span, a_collector, spans


@dataclass(frozen=True)
class Traces:
    """Told to `url`; `received` are bodies of ExportTraceServiceRequest."""

    url: str
    received: list[bytes]

    @property
    def spans(self) -> list[Span]:
        """Every span that has come."""
        return [one for body in tuple(self.received) for one in spans(body)]


@contextmanager
def collected() -> Iterator[Traces]:
    """Until the end of the block."""
    received: list[bytes] = []
    with a_collector(received.append) as collector:
        yield Traces(collector.url, received)

"""What a process tells about itself: logs, traces and metrics without personal data."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from contactflow.telemetry import metrics
from contactflow.telemetry.fields import ALLOWED, allowed
from contactflow.telemetry.logs import bound, classes, log_to, places
from contactflow.telemetry.traces import (
    begun,
    ended,
    header_of,
    is_kept,
    otlp,
    span,
    tell,
    trace_to,
)


@contextmanager
def telemetry(
    service: str, role: str, *, level: str = "INFO", otlp_endpoint: str | None = None
) -> Iterator[None]:
    """Logs on standard output; traces if there is a collector, all sent when this ends."""
    log_to(sys.stdout, service=service, role=role, level=level)
    if not otlp_endpoint:
        yield
        return
    provider = trace_to(otlp(otlp_endpoint), service=service, role=role)
    try:
        yield
    finally:
        provider.shutdown()


__all__ = [
    "ALLOWED",
    "allowed",
    "begun",
    "bound",
    "classes",
    "ended",
    "header_of",
    "is_kept",
    "log_to",
    "metrics",
    "otlp",
    "places",
    "span",
    "telemetry",
    "tell",
    "trace_to",
]

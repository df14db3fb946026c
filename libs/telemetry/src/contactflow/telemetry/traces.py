"""Traces: spans that say what was done and how long it took, never about whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from contactflow.telemetry.fields import allowed
from contactflow.telemetry.logs import classes

PROPAGATOR = TraceContextTextMapPropagator()


def trace_to(processor: SpanProcessor, *, service: str, role: str) -> TracerProvider:
    """Give every span of the process to a processor; the last one set up wins nothing: set once."""
    resource = Resource.create({"service.name": f"contactflow-{service}", "service.role": role})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    return provider


def otlp(endpoint: str) -> SpanProcessor:
    """Sends spans to a collector: `endpoint` is OTLP over HTTP, e.g. http://collector:4318."""
    return BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces"))


@contextmanager
def span(
    name: str, *, traceparent: str | None = None, kind: SpanKind = SpanKind.INTERNAL, **facts: Any
) -> Iterator[Span]:
    """A span around what happens inside, going on with the trace of `traceparent` if there is one.

    `facts` are the same fields as in logs. An error inside is told by its class alone.
    """
    tracer = trace.get_tracer("contactflow", version("contactflow-telemetry"))
    attributes = {f"contactflow.{key}": value for key, value in allowed(facts).items()}
    with tracer.start_as_current_span(
        name,
        context=_context(traceparent),
        kind=kind,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except Exception as error:
            current.set_status(Status(StatusCode.ERROR, classes(error)))
            raise


def _context(traceparent: str | None) -> Context | None:
    """The context of a cause; without one, whatever is current."""
    return PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None

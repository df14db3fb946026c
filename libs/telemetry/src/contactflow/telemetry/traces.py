"""Traces: spans that say what was done and how long it took, never about whom."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from contactflow.telemetry.fields import CONVENTIONS, allowed
from contactflow.telemetry.logs import classes

OURS = "contactflow."
VERSION = version("contactflow-telemetry")
PROPAGATOR = TraceContextTextMapPropagator()
SAMPLED = frozenset("13579bdf")
"""How a traceparent ends whose trace is kept: the lowest bit of its flags (W3C Trace Context)."""


class Scrubbed(SpanExporter):
    """Gives spans to an exporter without what might be personal, whoever made them.

    Attributes that nobody allowed are dropped, and so are events (they hold exceptions' texts)
    and what an error says of itself.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export copies of them."""
        return self._exporter.export([_scrubbed(span) for span in spans])

    def shutdown(self) -> None:
        """Shut the exporter behind this down."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Have the exporter behind this send what it holds."""
        return self._exporter.force_flush(timeout_millis)


def _scrubbed(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_known(span.attributes or {}),
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _known(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in attributes.items()
        if name in CONVENTIONS or name.startswith(OURS)
    }


def trace_to(
    exporter: SpanExporter, *, service: str, role: str, at_once: bool = False
) -> TracerProvider:
    """Give every span of the process to an exporter, scrubbed. Once per process.

    `at_once` is for tests; else spans leave in batches, and the last with `shutdown`.
    """
    propagate.set_global_textmap(PROPAGATOR)
    resource = Resource.create({"service.name": f"contactflow-{service}", "service.role": role})
    provider = TracerProvider(resource=resource)
    scrubbed = Scrubbed(exporter)
    processor = SimpleSpanProcessor(scrubbed) if at_once else BatchSpanProcessor(scrubbed)
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    return provider


def otlp(endpoint: str) -> SpanExporter:
    """Sends spans to a collector: `endpoint` is OTLP over HTTP, e.g. http://collector:4318."""
    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")


@contextmanager
def span(
    name: str, *, traceparent: str | None = None, kind: SpanKind = SpanKind.INTERNAL, **facts: Any
) -> Iterator[Span]:
    """A span around what happens inside, going on with the trace of `traceparent` if there is one.

    `facts` are the same fields as in logs. An error inside is told by its class alone.
    """
    with _tracer().start_as_current_span(
        name,
        context=_context(traceparent),
        kind=kind,
        attributes=_attributes(facts),
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except Exception as error:
            current.set_attribute("error.type", classes(error))
            current.set_status(StatusCode.ERROR)
            raise


def begun(
    name: str,
    *,
    kind: SpanKind,
    traceparent: str | None = None,
    at_ns: int | None = None,
    **facts: Any,
) -> Span:
    """A span that is current for nobody; whoever has it ends it. It begins now.

    For what outlives the block that begins it, for generators, and for what is told afterwards: it
    began at `at_ns` then, nanoseconds since 1970.
    """
    return _tracer().start_span(
        name,
        context=_context(traceparent),
        kind=kind,
        attributes=_attributes(facts),
        start_time=at_ns,
    )


def is_kept(traceparent: str | None) -> bool:
    """Whether a span of that trace comes to a collector: where it is told of many, ask before."""
    if not traceparent or traceparent[-1] not in SAMPLED:
        return False
    return isinstance(trace.get_tracer_provider(), TracerProvider)


def ended(span: Span, error: BaseException | None = None) -> None:
    """It is over; of an error only the class is told, and stopping is none."""
    if isinstance(error, Exception):
        span.set_attribute("error.type", classes(error))
        span.set_status(StatusCode.ERROR)
    span.end()


def header_of(span: Span) -> dict[str, str]:
    """`traceparent` (W3C Trace Context) that goes on from this span; nothing without one."""
    carrier: dict[str, str] = {}
    PROPAGATOR.inject(carrier, trace.set_span_in_context(span))
    return carrier


def tell(of: Span, **facts: Any) -> None:
    """More of what a span says: the same fields as in logs."""
    of.set_attributes(_attributes(facts))


def _attributes(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{OURS}{key}": value for key, value in allowed(facts).items()}


def _tracer() -> trace.Tracer:
    return trace.get_tracer("contactflow", VERSION)


def _context(traceparent: str | None) -> Context | None:
    """The context of a cause; without one, whatever is current."""
    return PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None

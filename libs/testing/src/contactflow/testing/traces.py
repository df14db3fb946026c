"""What a process would tell a collector of traces, read by a test in that process."""

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import format_span_id, format_trace_id

from contactflow.telemetry import trace_to

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{SPAN}-01"
"""Of somebody's request, who has the trace kept."""


class Traced:
    """The spans that have ended, each at once, from when this was made."""

    _exporter: InMemorySpanExporter | None = None
    _provider: TracerProvider | None = None

    def __init__(self) -> None:
        if Traced._exporter is None:  # a process has one for good
            Traced._exporter = InMemorySpanExporter()
            Traced._provider = trace_to(Traced._exporter, service="test", role="all", at_once=True)
        Traced._exporter.clear()

    @property
    def spans(self) -> list[ReadableSpan]:
        """In the order in which they ended."""
        assert Traced._exporter is not None  # noqa: S101  made by the constructor
        return [*Traced._exporter.get_finished_spans()]

    def of(self, trace: str) -> list[ReadableSpan]:
        """Those of one trace, by its id."""
        return [one for one in self.spans if ids(one)[0] == trace]


def ids(span: ReadableSpan) -> tuple[str, str, str]:
    """The trace, the span and its parent as a `traceparent` says them; "" without a parent."""
    context = span.context
    assert context is not None  # noqa: S101  a span that has ended has one
    parent = format_span_id(span.parent.span_id) if span.parent else ""
    return format_trace_id(context.trace_id), format_span_id(context.span_id), parent

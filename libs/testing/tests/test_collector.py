"""The collector of traces, told by the exporter that processes have."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from contactflow.telemetry import otlp
from contactflow.testing.collector import a_collector, spans


@pytest.fixture
def received() -> list[bytes]:
    return []


@pytest.fixture
def provider(received: list[bytes]) -> Iterator[TracerProvider]:
    """Of a chat worker."""
    said = {"service.name": "contactflow-chat", "service.role": "worker"}
    provider = TracerProvider(resource=Resource.create(said))
    with a_collector(received.append) as collector:
        provider.add_span_processor(SimpleSpanProcessor(otlp(collector.url)))
        yield provider
        provider.shutdown()


def test_a_span_is_what_was_told(received: list[bytes], provider: TracerProvider) -> None:
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("job"):
        tracer.start_span("chat", start_time=1_000).end(3_500)

    chat, job = [one for body in received for one in spans(body)]
    assert (chat.name, chat.process, chat.began, chat.ended) == ("chat", "chat-worker", 1000, 3500)
    assert (chat.trace, chat.parent, job.parent) == (job.trace, job.id, "")

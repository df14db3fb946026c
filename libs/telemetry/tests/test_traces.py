"""What a span says, and what it never says."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from contactflow.telemetry import begun, ended, is_kept, span, trace_to

CANARY = "+33612345678"
PARENT = f"00-{'a' * 32}-{'b' * 16}-01"
EXPORTER = InMemorySpanExporter()


@pytest.fixture(scope="session", autouse=True)
def provider() -> Iterator[None]:
    provider = trace_to(EXPORTER, service="crm", role="worker", at_once=True)
    yield
    provider.shutdown()


@pytest.fixture(autouse=True)
def spans() -> InMemorySpanExporter:
    EXPORTER.clear()
    return EXPORTER


def only(spans: InMemorySpanExporter) -> Any:
    [finished] = spans.get_finished_spans()
    return finished


def test_a_span_goes_on_with_the_trace_of_its_cause(spans: InMemorySpanExporter) -> None:
    with span("react", traceparent=PARENT):
        pass

    assert only(spans).context.trace_id == int("a" * 32, 16)
    assert only(spans).parent.span_id == int("b" * 16, 16)


def test_a_span_is_told_afterwards_in_the_trace_of_its_cause(spans: InMemorySpanExporter) -> None:
    ended(
        begun("publish", kind=SpanKind.PRODUCER, traceparent=PARENT, at_ns=5_000_000, topic="crm")
    )

    assert only(spans).parent.span_id == int("b" * 16, 16)
    assert only(spans).start_time == 5_000_000 < only(spans).end_time
    assert only(spans).kind == SpanKind.PRODUCER
    assert dict(only(spans).attributes) == {"contactflow.topic": "crm"}


@pytest.mark.parametrize(
    ("traceparent", "kept"),
    [(PARENT, True), (f"{PARENT[:-2]}03", True), (f"{PARENT[:-2]}02", False), (None, False)],
)
def test_a_trace_is_kept_if_whoever_began_it_has_it_kept(
    traceparent: str | None, *, kept: bool
) -> None:
    assert is_kept(traceparent) is kept


def test_without_a_collector_no_trace_is_kept() -> None:
    asked = f"from contactflow.telemetry import is_kept; print(is_kept({PARENT!r}))"
    said = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True)

    assert said.stdout == b"False\n"


def test_a_damaged_parent_begins_a_new_trace(spans: InMemorySpanExporter) -> None:
    with span("react", traceparent="not one"):
        pass

    assert only(spans).parent is None


def test_a_span_reads_no_file() -> None:
    opened: list[object] = []
    listening = True

    def hear(event: str, said: tuple[object, ...]) -> None:
        if listening and event == "open":
            opened.append(said[0])

    sys.addaudithook(hear)  # it stays for as long as the process does
    with span("react"):
        pass
    listening = False

    assert opened == []


def test_only_allowed_fields_become_attributes(spans: InMemorySpanExporter) -> None:
    with span("react", reaction="contacts.link", phone=CANARY):
        pass

    assert dict(only(spans).attributes) == {"contactflow.reaction": "contacts.link"}


def test_an_error_is_told_by_its_class_alone(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match=r"\+33"), span("react"):
        raise ValueError(CANARY)

    assert only(spans).attributes["error.type"] == "ValueError"
    assert not only(spans).status.is_ok
    assert CANARY not in only(spans).to_json()
    assert not only(spans).events


def test_what_others_put_into_a_span_is_scrubbed(spans: InMemorySpanExporter) -> None:
    tracer = trace.get_tracer("somebody")
    asked = {"url.query": f"phone={CANARY}", "url.path": f"/{CANARY}", "http.route": "/contacts"}
    with suppress(ValueError), tracer.start_as_current_span("GET /contacts", attributes=asked):
        raise ValueError(CANARY)

    assert dict(only(spans).attributes) == {"http.route": "/contacts"}
    assert CANARY not in only(spans).to_json()


async def test_fastapi_s_own_spans_say_the_route_and_nothing_that_was_asked(
    spans: InMemorySpanExporter,
) -> None:
    app = FastAPI(telemetry={"logs": False})

    @app.get("/contacts/{contact}")
    async def contact(contact: str) -> str:
        raise RuntimeError(contact)

    there = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=there, base_url="http://crm") as client:
        await client.get(f"/contacts/{CANARY}", params={"q": CANARY})

    told = [json.loads(one.to_json()) for one in spans.get_finished_spans()]
    assert "GET /contacts/{contact}" in [one["name"] for one in told]
    assert CANARY not in json.dumps(told)
    assert "33612345678" not in json.dumps(told)


def test_a_span_says_whose_it_is(spans: InMemorySpanExporter) -> None:
    with span("react"):
        pass

    said = only(spans).resource.attributes
    assert (said["service.name"], said["service.role"]) == ("contactflow-crm", "worker")

"""What an answer says of the trace that its request was part of."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from contactflow.telemetry import trace_to
from contactflow.web.requests import RequestIdMiddleware

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture(scope="session", autouse=True)
def provider() -> Iterator[None]:
    provider = trace_to(InMemorySpanExporter(), service="notes", role="api", at_once=True)
    yield
    provider.shutdown()


@pytest.mark.parametrize("path", ["/v1/notes", "/v1/nothing", "/v1/notes/nonsense/upstream"])
async def test_an_answer_names_the_span_that_made_it(http: AsyncClient, path: str) -> None:
    answer = await http.get(path, headers={"Traceparent": PARENT})

    [said] = answer.headers.get_list("traceparent")
    assert said.split("-")[1] == TRACE
    assert said != PARENT


async def test_an_answer_that_names_a_span_names_no_other(app: FastAPI) -> None:
    transport = ASGITransport(RequestIdMiddleware(app))  # as in front of the gateway
    async with AsyncClient(transport=transport, base_url="http://notes") as client:
        answer = await client.get("/v1/nothing", headers={"Traceparent": PARENT})

    assert len(answer.headers.get_list("traceparent")) == 1
    assert len(answer.headers.get_list("x-request-id")) == 1

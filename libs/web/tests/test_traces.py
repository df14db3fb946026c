"""How a trace goes on: what an answer says of it, and what another service is told."""

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel

from contactflow.kernel import UnavailableError
from contactflow.telemetry import span
from contactflow.testing.clock import FakeClock
from contactflow.testing.ports import free_port
from contactflow.testing.serving import serving
from contactflow.testing.tokens import a_signer
from contactflow.testing.traces import SPAN, TRACE, TRACEPARENT, Traced, ids
from contactflow.web import InternalClient, TokenVerifier, application
from contactflow.web.requests import RequestIdMiddleware
from libs.web.tests.upstream import router


@pytest.mark.parametrize("path", ["/v1/notes", "/v1/nothing", "/v1/notes/nonsense/upstream"])
@pytest.mark.usefixtures("traced")
async def test_an_answer_names_the_span_that_made_it(http: AsyncClient, path: str) -> None:
    answer = await http.get(path, headers={"Traceparent": TRACEPARENT})

    [said] = answer.headers.get_list("traceparent")
    assert said.split("-")[1] == TRACE
    assert said != TRACEPARENT


@pytest.mark.usefixtures("traced")
async def test_an_answer_that_names_a_span_names_no_other(app: FastAPI) -> None:
    transport = ASGITransport(RequestIdMiddleware(app))  # as in front of the gateway
    async with AsyncClient(transport=transport, base_url="http://notes") as client:
        answer = await client.get("/v1/nothing", headers={"Traceparent": TRACEPARENT})

    assert len(answer.headers.get_list("traceparent")) == 1
    assert len(answer.headers.get_list("x-request-id")) == 1


class Answer(BaseModel):
    caller: str


async def test_asking_another_service_is_a_span_that_its_answer_hangs_on(
    clock: FakeClock, traced: Traced
) -> None:
    signer = a_signer("chat", clock)
    verifier = TokenVerifier("upstream", {"chat": signer.public_key}, clock)
    app = application("Up", [router], works=None, clock=clock, verifier=verifier)  # type: ignore[arg-type]
    async with serving(app) as url:
        client = InternalClient("upstream", url, signer)
        with span("job", traceparent=TRACEPARENT):
            await client.get(None, "/internal/who", Answer)
        await client.aclose()

    parents = {one.name: ids(one)[2] for one in traced.of(TRACE)}
    spans = {one.name: ids(one)[1] for one in traced.of(TRACE)}
    assert parents["job"] == SPAN
    assert parents["GET upstream"] == spans["job"]
    assert parents["GET /internal/who"] == spans["GET upstream"]


async def test_a_service_that_is_not_there_is_a_span_that_failed(
    clock: FakeClock, traced: Traced
) -> None:
    client = InternalClient("crm", f"http://127.0.0.1:{free_port()}", a_signer("chat", clock))
    with pytest.raises(UnavailableError):
        await client.get(None, "/internal/who", Answer)
    await client.aclose()

    [asked] = traced.spans
    assert asked.name == "GET crm"
    assert asked.attributes
    assert asked.attributes["error.type"] == "UnavailableError"

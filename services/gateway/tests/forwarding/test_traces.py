"""What the gateway passes on is in its caller's trace, below a span of its own."""

from contactflow.testing.traces import SPAN, TRACE, TRACEPARENT, Traced, ids
from contactflow.testing.waiting import until
from services.gateway.tests.forwarding.upstream import Upstream
from services.gateway.tests.people import Browser


async def test_a_service_goes_on_from_the_gateways_span(
    eve: Browser, crm: Upstream, traced: Traced
) -> None:
    await eve.send("GET", "/v1/contacts/con_1", headers={"Traceparent": TRACEPARENT})

    [forwarded] = await until(lambda: traced.of(TRACE))
    assert forwarded.name == "GET /v1/contacts"
    assert ids(forwarded) == (TRACE, told(crm)[1], SPAN)
    assert told(crm)[0] == TRACE


async def test_a_request_that_comes_without_a_trace_begins_one(
    eve: Browser, crm: Upstream, traced: Traced
) -> None:
    await eve.send("GET", "/v1/contacts/con_1")

    [forwarded] = await until(lambda: traced.of(told(crm)[0]))
    assert ids(forwarded) == (*told(crm), "")


def told(upstream: Upstream) -> tuple[str, str]:
    """The trace and the span that the service was told."""
    _, trace, span, _ = upstream.headers["traceparent"].split("-")
    return trace, span

"""Real HTTP on both sides: a client, the gateway, and a service behind it."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from time import perf_counter

import pytest
from httpx import AsyncClient, Limits, RemoteProtocolError

from contactflow.gateway.forwarding.crowd import MOST
from contactflow.gateway.forwarding.forwarder import Patience
from contactflow.kernel import decode
from contactflow.testing.clock import FakeClock
from contactflow.testing.metrics import Measured
from contactflow.testing.waiting import until
from contactflow.web import TokenSigner, TokenVerifier
from services.gateway.tests.forwarding.upstream import SPAN, Upstream
from services.gateway.tests.people import Browser, a_browser


async def test_a_request_reaches_its_service_in_the_callers_name(
    eve: Browser, crm: Upstream, signer: TokenSigner, clock: FakeClock
) -> None:
    answer = await eve.send("POST", "/v1/contacts?a=1&b=%2F", json={"name": "Ada"})

    assert (answer.status_code, answer.json()) == (201, {"ok": True})
    assert (crm.seen[-1]["method"], crm.seen[-1]["raw_path"]) == ("POST", b"/v1/contacts")
    assert crm.seen[-1]["query_string"] == b"a=1&b=%2F"
    assert crm.bodies[-1] == b'{"name":"Ada"}'
    verifier = TokenVerifier("crm", {"gateway": signer.public_key}, clock)
    who = verifier.verify(crm.headers["authorization"].removeprefix("Bearer "))
    assert (who.kind, who.id) == ("user", decode("usr", eve.user["id"]))
    assert who.workspace_id == decode("ws", eve.workspace["id"])
    assert "contacts:write" in who.scopes


async def test_a_head_is_asked_of_its_service_and_has_no_content(
    eve: Browser, crm: Upstream
) -> None:
    answers = [await eve.send("HEAD", "/v1/contacts/con_1") for _ in range(2)]

    assert crm.seen[-1]["method"] == "HEAD"
    assert [(one.status_code, one.content) for one in answers] == [(201, b"")] * 2
    assert answers[0].headers["etag"] == '"1"'


async def test_what_is_passed_on_is_measured_by_the_beginning_of_its_path(
    eve: Browser, measured: Measured
) -> None:
    await eve.send("POST", "/v1/contacts", json={"name": "Ada"})
    await eve.send("GET", "/v1/contacts/con_1")
    await eve.send("GET", "/v1/agents")

    told = "http_server_request_duration_seconds_count"
    assert measured.since(told, http_route="/v1/contacts") == 2
    assert measured.since(told, http_route="/v1/agents", http_response_status_code="200") == 1
    assert measured.since(told) == 3


async def test_one_stranger_cannot_hold_every_stream(
    client: AsyncClient, measured: Measured
) -> None:
    away = {"X-Forwarded-For": a_browser()}
    url = str(client.base_url.join("/v1/contacts/events"))
    async with AsyncClient(limits=Limits(max_connections=None)) as many, AsyncExitStack() as open_:
        for _ in range(MOST):
            await open_.enter_async_context(many.stream("GET", url, headers=client.headers))
        refused = await many.get(url, headers=client.headers)
        other = await open_.enter_async_context(many.stream("GET", url, headers=away))

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "10"
    assert measured.since("contactflow_requests_limited_total", code="too_many_requests") == 1
    assert other.status_code == 200

    async def admitted_again() -> bool:
        return (await client.get("/v1/contacts/con_1")).status_code == 201

    await until(admitted_again)


async def test_what_only_we_may_say_is_not_believed(eve: Browser, crm: Upstream) -> None:
    said = {
        "X-Forwarded-For": "1.2.3.4",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=1.2.3.4",
        "ContactFlow-Visitor-Token": "forged",
        "ContactFlow-Client": "forged",
        "X-Real-Ip": "1.2.3.4",
        "X-Request-Id": "jean.dupont@example.com",
        "Accept-Language": "fr",
        "Idempotency-Key": "k1",
        "If-Match": '"1"',
        "Range": "bytes=0-9",
        "Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }

    answer = await eve.send("PATCH", "/v1/contacts/con_1", json={}, headers=said)

    known = crm.headers
    assert known["x-request-id"] == answer.headers["x-request-id"] != said["X-Request-Id"]
    assert known["authorization"].startswith("Bearer ey")
    dropped = {"host", "accept", "accept-encoding", "user-agent", "content-length", "content-type"}
    assert known.keys() - dropped == {
        "accept-language",
        "authorization",
        "idempotency-key",
        "if-match",
        "origin",
        "range",
        "traceparent",
        "x-forwarded-host",
        "x-request-id",
    }
    assert known["x-forwarded-host"] == eve.http.base_url.netloc.decode()


async def test_what_is_the_services_own_business_stays_there(eve: Browser) -> None:
    answer = await eve.send("GET", "/v1/contacts")

    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == "/v1/contacts/con_1"
    assert answer.headers.get_list("traceparent") == [SPAN]
    assert "set-cookie" not in answer.headers
    assert "secret" not in answer.headers.get("server", "")
    assert answer.headers["ratelimit-policy"] == '"requests";q=1200;w=60'


async def test_nobody_is_passed_on_as_the_public(client: AsyncClient, crm: Upstream) -> None:
    answer = await client.get("/v1/contacts")

    assert answer.status_code == 201
    assert crm.headers["authorization"]


async def test_a_visitor_s_token_is_passed_on_under_a_name_of_its_own(
    client: AsyncClient, crm: Upstream
) -> None:
    theirs = {"Authorization": "Bearer of-a-visitor"}

    await client.get("/v1/public/rights-requests/rr_1", headers=theirs)

    assert crm.headers["contactflow-visitor-token"] == "of-a-visitor"
    assert crm.headers["authorization"] != theirs["Authorization"]


@pytest.mark.parametrize("key", ["nonsense", "cf_live_" + "x" * 36])
async def test_a_wrong_key_goes_no_further(client: AsyncClient, crm: Upstream, key: str) -> None:
    answer = await client.get("/v1/contacts", headers={"Authorization": f"Bearer {key}"})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert crm.seen == []


async def test_a_forged_change_goes_no_further(eve: Browser, crm: Upstream) -> None:
    forged = {"Origin": "https://evil.example"}

    answer = await eve.send("POST", "/v1/contacts", json={}, headers=forged)

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_rejected")
    assert crm.seen == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/contacts/../../internal/secrets",
        "/v1/contacts/%2e%2e/%2e%2e/internal/secrets",
        "/v1/contacts//x",
        "/v1/contacts/./x",
        "/v1/contacts/%252e%252e/x",
        "/v1/contacts/..%5cx",
        "/v1/contacts/x%00",
    ],
)
async def test_a_path_that_can_be_read_in_two_ways_is_not_there(
    eve: Browser, crm: Upstream, path: str
) -> None:
    head = "\r\n".join(f"{k}: {v}" for k, v in eve.headers.items())
    url = eve.http.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    request = f"GET {path} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n{head}\r\n\r\n"
    writer.write(request.encode())

    status = await reader.readline()

    writer.close()
    assert b" 404 " in status
    assert crm.seen == []


@pytest.mark.parametrize(
    "smuggled",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/x HTTP/1.1\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    ],
)
async def test_a_request_is_one_request(eve: Browser, crm: Upstream, smuggled: str) -> None:
    head = "\r\n".join(f"{k}: {v}" for k, v in eve.headers.items())
    url = eve.http.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    start = f"POST /v1/contacts HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n{head}\r\n"
    writer.write(f"{start}Content-Type: application/json\r\n{smuggled}".encode())

    async with asyncio.timeout(5):
        status = await reader.readline()

    writer.close()
    assert b" 400 " in status or len(crm.seen) <= 1
    assert all(one["path"] == "/v1/contacts" for one in crm.seen)


async def test_a_long_body_passes_as_a_stream(eve: Browser, crm: Upstream) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for number in range(64):
            yield bytes([number]) * 65536

    json = {"Content-Type": "application/json"}
    await eve.send("POST", "/v1/contacts", content=chunks(), headers=json)

    assert crm.bodies[-1] == b"".join(bytes([number]) * 65536 for number in range(64))


async def test_events_pass_as_they_come(eve: Browser, crm: Upstream) -> None:
    async with eve.http.stream("GET", "/v1/contacts/events", headers=eve.headers) as answer:
        first = await anext(answer.aiter_bytes())

    assert first == b"data: 1\n\n"


@pytest.mark.parametrize("patience", [Patience(head=1.0, upload=0.3, silence=0.3)])
async def test_a_stream_of_a_service_that_went_without_a_word_ends(eve: Browser) -> None:
    with pytest.raises(RemoteProtocolError):
        await eve.send("GET", "/v1/contacts/events")


async def test_however_many_streams_are_open_they_hold_up_no_request(eve: Browser) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a stream has four ends in here
    url = str(eve.http.base_url.join("/v1/contacts/events"))
    async with AsyncClient(limits=Limits(max_connections=None)) as many, AsyncExitStack() as open_:
        for _ in range(600):
            await open_.enter_async_context(many.stream("GET", url, headers=eve.headers))
        answer = await eve.send("POST", "/v1/contacts", json={"name": "Ada"})

    assert answer.status_code == 201


async def test_a_client_that_hangs_up_ends_its_request_at_the_service(
    eve: Browser, crm: Upstream
) -> None:
    async with eve.http.stream("GET", "/v1/contacts/events", headers=eve.headers) as answer:
        await anext(answer.aiter_bytes())
    await eve.http.aclose()

    async with asyncio.timeout(5):
        await crm.ended.wait()


async def test_an_answer_that_breaks_off_is_not_taken_for_whole(eve: Browser) -> None:
    with pytest.raises(RemoteProtocolError):
        await eve.send("GET", "/v1/contacts/cut")


async def test_a_service_that_is_gone_is_a_problem_at_once(eve: Browser) -> None:
    begun = perf_counter()

    answers = [await eve.send("GET", "/v1/conversations") for _ in range(8)]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(503, "unavailable")}
    assert answers[0].headers["retry-after"]
    assert answers[0].headers["cache-control"] == "no-store"
    assert perf_counter() - begun < 5


async def test_a_widget_on_another_page_may_read_why_not(client: AsyncClient) -> None:
    answer = await client.get("/v1/public/web-chat/messages", headers={"Origin": "https://a.b"})

    assert answer.status_code == 503
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_everything_else_is_our_own(client: AsyncClient, eve: Browser) -> None:
    assert (await eve.send("GET", "/v1/me")).status_code == 200
    nothing = await client.get("/v1/nothing")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found")
    assert nothing.json()["request_id"] == nothing.headers["x-request-id"]


async def test_a_slow_service_is_a_problem(eve: Browser) -> None:
    answer = await eve.send("GET", "/v1/contacts/stalled")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_a_client_that_stalls_does_not_count_against_the_service(
    eve: Browser,
    hangs_up: bool,  # noqa: FBT001  a table
) -> None:
    for _ in range(6):
        await stall(eve, hangs_up=hangs_up)

    assert (await eve.send("GET", "/v1/contacts")).status_code == 201


async def stall(eve: Browser, *, hangs_up: bool) -> None:
    """Send half of a body; then go, or wait to be given up."""
    url = eve.http.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = "\r\n".join(f"{k}: {v}" for k, v in eve.headers.items())
    start = f"POST /v1/contacts HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n{head}\r\n"
    announced = "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    writer.write(f"{start}{announced}".encode())
    await writer.drain()
    if hangs_up:
        await asyncio.sleep(0.05)
    else:
        async with asyncio.timeout(5):
            assert b" 408 " in await reader.readline()
    writer.close()

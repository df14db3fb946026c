"""What the HTTP part tells the application of who asks."""

import asyncio
import logging

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from contactflow.runtime import Live, Settings
from contactflow.runtime.health import Health
from contactflow.runtime.server import HttpServer
from contactflow.testing.waiting import until


async def who(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers the caller's address."""
    if scope["type"] == "http":
        client = Request(scope).client
        await PlainTextResponse(client.host if client else "")(scope, receive, send)


@pytest.mark.parametrize(
    ("proxies", "client"),
    [("", "127.0.0.1"), ("10.0.0.0/8", "127.0.0.1"), ("127.0.0.1", "203.0.113.9")],
)
async def test_only_a_proxy_that_is_named_may_say_whose_request_it_is(
    proxies: str, client: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings = Settings.model_construct(host="127.0.0.1", port=0, forwarded_allow_ips=proxies)
    server = HttpServer(Health(who, "crm-api", []), settings)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        port = await until(lambda: listening(caplog))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            answer = await http.get("/", headers={"X-Forwarded-For": "203.0.113.9"})
        server.stop()

    assert answer.text == client


STALLED = [
    b"",
    b"GET / HTT",
    b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ",
    b"GET / HTTP/1.1\r\nHost: here\r\n\r\nGET / HTTP/1.1\r\nX-Slow: ",
]


@pytest.mark.parametrize("said", STALLED)
async def test_who_does_not_say_what_they_want_is_let_go(
    said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings = Settings.model_construct(host="127.0.0.1", port=0, forwarded_allow_ips="")
    server = HttpServer(Health(who, "crm-api", []), settings, head=0.1)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        port = await until(lambda: listening(caplog))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        answered = await reader.read()  # until it is closed
        writer.close()
        server.stop()

    assert answered.count(b"HTTP/1.1 200") == said.count(b"\r\n\r\n")


def listening(caplog: pytest.LogCaptureFixture) -> int | None:
    """The port, once it is known."""
    ports = [getattr(line, "port", None) for line in caplog.records]
    return next(filter(None, ports), None)


@pytest.mark.parametrize(("drain", "ends_by_itself"), [(30.0, True), (0.1, False)])
async def test_live_connections_hold_the_server_until_they_are_finished(
    caplog: pytest.LogCaptureFixture,
    drain: float,
    ends_by_itself: bool,  # noqa: FBT001  a table
) -> None:
    caplog.set_level(logging.INFO)
    settings = Settings.model_construct(host="127.0.0.1", port=0, forwarded_allow_ips="")
    over = asyncio.Event()

    async def finished() -> None:
        await over.wait()

    live = Live(who, (), finished, drain)
    server = HttpServer(Health(who, "voice-media", []), settings, live)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.run())
        port = await until(lambda: listening(caplog))
        server.stop()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            draining = await http.get("/readyz") if ends_by_itself else None
        assert serving.done() is False
        if ends_by_itself:
            over.set()

    assert draining is None or draining.status_code == 503

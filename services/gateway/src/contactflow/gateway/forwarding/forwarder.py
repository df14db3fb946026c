"""Passes requests on to the service that owns their path: raw ASGI, both ways as a stream."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector
from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from yarl import URL

from contactflow.gateway.access.doorman import Doorman
from contactflow.gateway.forwarding.crowd import Crowd
from contactflow.gateway.forwarding.headers import VISITORS, answered, forwarded, has_body
from contactflow.gateway.forwarding.table import is_plain, owner, prefix
from contactflow.kernel import ContactFlowError, NotFoundError, UnavailableError
from contactflow.telemetry import span
from contactflow.web import TokenSigner
from contactflow.web.breaker import Breaker
from contactflow.web.errors import RequestTimeoutError
from contactflow.web.problems import told_as_problem
from contactflow.web.requests import goes_to, header, method

CONNECT: Final = 2.0  # seconds


class Patience(NamedTuple):
    """How long who is waited for, in seconds.

    A service has `head` for the first byte of its answer, counted from the last byte it was sent;
    its body may take as long as it likes, but not be silent for `silence`, which is three times
    what event streams are. A client has `upload` for each piece of its body.
    """

    head: float
    upload: float
    silence: float


USUAL: Final = Patience(head=15.0, upload=30.0, silence=45.0)


class Upstream:
    """One service: where it is, and whether it has just failed."""

    def __init__(self, service: str, url: str) -> None:
        self.service, self._url, self.breaker = service, url.rstrip("/"), Breaker(service)

    def url(self, scope: Scope) -> URL:
        """The same path and query, byte for byte."""
        query = scope["query_string"].decode("latin-1")
        path = scope.get("raw_path", scope["path"].encode()).partition(b"?")[0].decode("latin-1")
        return URL(f"{self._url}{path}{'?' if query else ''}{query}", encoded=True)


class Forwarder:
    """Answers what is the gateway's own with `own`, and everything else by asking its owner.

    The caller is told to the service by a token signed for this one request; what the client says
    of itself is dropped. Nothing is held back: events pass as they come, and a client that hangs
    up ends its request at the service too. A service that is gone or slow is a 503 problem.
    """

    def __init__(
        self,
        own: ASGIApp,
        doorman: Doorman,
        signer: TokenSigner,
        urls: Mapping[str, str],
        patience: Patience = USUAL,
    ) -> None:
        self._own, self._doorman, self._signer, self._patience = own, doorman, signer, patience
        self._upstreams = {name: Upstream(name, url) for name, url in urls.items()}
        self._session: ClientSession | None = None
        self._crowd = Crowd()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = owner(scope["path"]) if scope["type"] == "http" else None
        if service is None:
            return await self._own(scope, receive, send)
        route = prefix(scope["path"])
        goes_to(scope, route)
        name, cause = f"{method(scope)} {route}", header(scope, "traceparent")
        with span(name, traceparent=cause or None, kind=SpanKind.SERVER):
            return await self._answer(service, scope, receive, send)

    async def _answer(self, service: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if not is_plain(scope["path"]):
                raise NotFoundError
            who = await self._doorman.who(scope)
            token = self._signer.sign(service, who)
            exchange = _Exchange(self._open(), self._upstreams[service], token, self._patience)
            with self._crowd.admitting(who):
                await exchange.run(scope, receive, send)
        except ContactFlowError as error:
            refusal = told_as_problem(scope, error)
            if scope["path"].startswith(VISITORS):
                refusal.headers["Access-Control-Allow-Origin"] = "*"  # widgets are on other pages
            await refusal(scope, receive, send)

    async def aclose(self) -> None:
        """Let go of the connections."""
        if self._session:
            await self._session.close()

    def _open(self) -> ClientSession:
        """Made by the first request: aiohttp wants to be made where it runs.

        There are as many connections as requests under way: streams, which hold theirs, leave the
        others none to wait for.
        """
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(limit=0),
                timeout=ClientTimeout(
                    total=None, connect=CONNECT, sock_read=self._patience.silence
                ),
                auto_decompress=False,
                raise_for_status=False,
            )
        return self._session


class _Exchange:
    """One request and its answer."""

    def __init__(
        self, session: ClientSession, upstream: Upstream, token: str, patience: Patience
    ) -> None:
        self._session, self._upstream, self._token = session, upstream, token
        self._patience, self._deadline = patience, asyncio.timeout(None)
        self._asked = asyncio.Event()
        self._failure: ContactFlowError | None = None

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Until the answer is through or the client has gone; raises what can still be told."""
        async with asyncio.TaskGroup() as tasks:
            passing = tasks.create_task(self._pass(scope, receive, send))
            watching = tasks.create_task(self._watch(receive))
            watching.add_done_callback(lambda _: passing.cancel())
            passing.add_done_callback(lambda _: watching.cancel())
        if self._failure:
            raise self._failure

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._head(scope, receive)
        except ContactFlowError as error:
            self._failure = error
            return
        try:
            # An answer that breaks off is left without its end: the server then closes the
            # connection, so that nobody takes it for whole.
            with suppress(ClientError):
                await _stream(answer, send)
        finally:
            answer.close()

    async def _head(self, scope: Scope, receive: Receive) -> ClientResponse:
        body = self._body(receive) if has_body(scope) else None
        with self._upstream.breaker.watching():
            try:
                async with self._deadline:
                    if body is None:
                        self._all_sent()
                    return await self._session.request(
                        scope["method"],
                        self._upstream.url(scope),
                        headers=forwarded(scope, self._token),
                        data=body,
                        allow_redirects=False,
                    )
            except (ClientError, TimeoutError):
                raise UnavailableError from None

    def _all_sent(self) -> None:
        """From here on it is the service that is waited for."""
        self._deadline.reschedule(asyncio.get_running_loop().time() + self._patience.head)
        self._asked.set()

    async def _body(self, receive: Receive) -> AsyncIterator[bytes]:
        """What the client sends. One that stalls or hangs up is no fault of the service."""
        more = True
        while more:
            message = await self._piece(receive)
            more = message.get("more_body", False)
            if chunk := message.get("body"):
                yield chunk
        self._all_sent()

    async def _piece(self, receive: Receive) -> Message:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience.upload):
                message = await receive()
                if message["type"] == "http.request":
                    return message
        self._failure = RequestTimeoutError()
        self._asked.set()
        return await asyncio.Future()  # until `_watch` ends the exchange

    async def _watch(self, receive: Receive) -> None:
        """Returns when the client has hung up, or has been given up."""
        await self._asked.wait()
        while not self._failure and (await receive())["type"] != "http.disconnect":
            pass


async def _stream(answer: ClientResponse, send: Send) -> None:
    start: dict[str, Any] = {"type": "http.response.start", "status": answer.status}
    await send({**start, "headers": answered(answer.raw_headers)})
    async for chunk in answer.content.iter_any():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})

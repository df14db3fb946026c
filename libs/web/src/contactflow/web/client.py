"""Asking another of our services, with its answer or a plain word why not."""

import asyncio
import ssl
from functools import cache
from http import HTTPStatus
from typing import Any, Final, TypeVar
from uuid import UUID

import httpx
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pydantic import BaseModel, ValidationError

from contactflow.kernel import UnavailableError, new_id
from contactflow.telemetry import span, tell
from contactflow.web.breaker import Breaker
from contactflow.web.principals import Principal
from contactflow.web.tokens import TokenSigner

M = TypeVar("M", bound=BaseModel)

LONGEST: Final = 3.0
"""Seconds for a whole call; httpx has none for that, only for each step of one."""
STEPS: Final = httpx.Timeout(None, connect=1.0)
GONE: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
PASSING: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.UNAUTHORIZED}
"""A state, not a bug. That our token is not taken means that clocks or keys differ: what is worked
off meanwhile has to wait until they are put right, or it would all be given up."""
PROPAGATOR: Final = TraceContextTextMapPropagator()


class RefusedCallError(Exception):
    """Another service calls our request wrong, or we can't read its answer: a bug, not a state."""

    code = "refused_call"

    def __init__(self, service: str, status: int) -> None:
        super().__init__(f"{service} answered {status}")


class InternalClient:
    """Calls one other service in this service's own name, with a token made for each call.

    A call has 3 s and a circuit breaker; nothing is repeated here. Raises UnavailableError
    when the service is down, slow or says 401, 429 or 5xx, RefusedCallError for other refusals.
    """

    def __init__(self, service: str, url: str, signer: TokenSigner) -> None:
        self._service, self._signer = service, signer
        self._breaker = Breaker(service)
        self._http = httpx.AsyncClient(
            base_url=url, timeout=STEPS, trust_env=False, verify=_authorities()
        )

    async def get(self, workspace_id: UUID | None, path: str, into: type[M]) -> M | None:
        """What is at `path`, in that workspace; None when it is gone or was never there."""
        return await self._call("GET", workspace_id, path, into, None)

    async def post(
        self, workspace_id: UUID | None, path: str, body: BaseModel, into: type[M]
    ) -> M | None:
        """The answer to a question that must stay out of URLs; None as for `get`."""
        return await self._call("POST", workspace_id, path, into, body.model_dump(mode="json"))

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _call(
        self, method: str, workspace_id: UUID | None, path: str, into: type[M], body: Any
    ) -> M | None:
        asking = span(f"{method} {self._service}", kind=SpanKind.CLIENT)
        with self._breaker.watching(), asking as current:
            answer = await self._sent(method, path, self._headers(workspace_id), body)
            tell(current, status=answer.status_code)
        if answer.status_code in GONE:
            return None
        try:
            return into.model_validate_json(answer.raise_for_status().content)
        except (httpx.HTTPStatusError, ValidationError):
            raise RefusedCallError(self._service, answer.status_code) from None

    async def _sent(
        self, method: str, path: str, headers: dict[str, str], body: Any
    ) -> httpx.Response:
        try:
            async with asyncio.timeout(LONGEST):
                answer = await self._http.request(method, path, headers=headers, json=body)
        except (httpx.TransportError, TimeoutError):
            raise UnavailableError(service=self._service) from None
        if answer.is_server_error or answer.status_code in PASSING:
            raise UnavailableError(service=self._service)
        return answer

    def _headers(self, workspace_id: UUID | None) -> dict[str, str]:
        us = Principal.service(self._signer.issuer, workspace_id)
        headers = {"Authorization": f"Bearer {self._signer.sign(self._service, us)}"}
        headers["X-Request-Id"] = new_id().hex
        PROPAGATOR.inject(headers)
        return headers


@cache
def _authorities() -> ssl.SSLContext:
    """Whose certificates we trust: read once, which takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)

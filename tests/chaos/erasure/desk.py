"""An officer who insists: asked again with the same key, whoever died over it does it once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from httpx import HTTPError, Response

from contactflow.kernel import new_id
from contactflow.testing.waiting import until
from tests.e2e.erasure.rights import LONG, Officer
from tests.e2e.people import Json


@dataclass
class Insisting(Officer):
    """As Officer; acts have an idempotency key, and everything is asked until it is answered."""

    async def get(self, request_id: str, part: str = "") -> Json:
        """See Officer."""
        path = f"/v1/rights-requests/{request_id}{part}"
        answer = await _answered(lambda: self.http.get(path, headers=self.headers))
        found: Json = answer.raise_for_status().json()
        return found

    async def _post(self, path: str, body: Json, *, status: int) -> Json:
        answer = await self._insist(path, body)
        assert answer.status_code == status, answer.text
        made: Json = answer.json()
        return made

    async def _send(self, path: str, body: Json) -> Any:
        return await self._insist(f"/v1/rights-requests{path}", body)

    async def _insist(self, path: str, body: Json) -> Response:
        headers = self.headers | {"Idempotency-Key": str(new_id())}
        return await _answered(lambda: self.http.post(path, json=body, headers=headers))


async def _answered(send: Callable[[], Awaitable[Response]]) -> Response:
    """Whoever is dying, or not there yet, or still at it, has not answered."""

    async def once() -> Response | None:
        try:
            answer = await send()
        except HTTPError:
            return None
        busy = answer.is_server_error or "idempotency_in_flight" in answer.text
        return None if busy else answer

    answer = await until(once, longest=LONG)
    assert answer is not None
    return answer

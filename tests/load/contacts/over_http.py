"""The same questions over HTTP: one client, one connection, crm's api process."""

import time
from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from typing import Any, Final

from aiohttp import ClientSession

from contactflow.kernel import encode
from contactflow.web.paging import written
from tests.load.contacts.kinds import LIMIT, Kind, Place
from tests.load.house import Gateway

REQUESTS: Final = 400
SCOPES: Final = ("contacts:read",)
LIST: Final = "/v1/contacts"


async def measure(url: str, gateway: Gateway, kinds: Sequence[Kind]) -> Mapping[str, list[float]]:
    """Milliseconds from the request to the last byte of its answer, by kind."""
    took = {}
    async with ClientSession(url) as http:
        for kind in kinds:
            headers = gateway.staff("crm", kind.workspace_id, *SCOPES)
            took[kind.name] = await _measure(http, headers, kind)
    return took


async def _measure(http: ClientSession, headers: Mapping[str, str], kind: Kind) -> list[float]:
    took = []
    for asked, right in islice(cycle(kind.cases), REQUESTS):
        begun = time.perf_counter()
        async with http.request(**_request(kind, asked), headers=headers) as answer:
            said = await answer.json()
        took.append((time.perf_counter() - begun) * 1000)
        if [one["id"] for one in said["data"]] != [encode("con", one) for one in right]:
            raise AssertionError(said)
    return took[REQUESTS // 10 :]


def _request(kind: Kind, asked: Any) -> dict[str, Any]:
    if isinstance(asked, Place):
        whose = f"{kind.workspace_id} {LIST}"
        cursor = {"cursor": written(asked.cursor, whose)} if asked.cursor else {}
        return {"method": "GET", "url": LIST, "params": {"limit": LIMIT, **cursor}}
    by = {"email": asked} if "@" in asked else {"name_prefix": asked}
    return {"method": "POST", "url": "/v1/contacts/search", "json": by}

"""Requests that nobody thought of: each answer is one that the contract knows, none a bug."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from requests.adapters import HTTPAdapter
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contactflow.testing.ai import ScriptedAI
from tests.e2e.house import House
from tests.e2e.people import a_business
from tests.e2e.strangers import somewhere
from tests.hostile import contract
from tests.hostile.contract import Route
from tests.hostile.estate import Estate, a_key, an_estate

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

PROMISED: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KEYS: Final = 20
MANY: Final = 100  # requests from one address, and with one key in a row
TIMEOUT: Final = 30  # seconds
ENDLESS: Final = "GET /v1/public/web-chat/events"
PARTING: Final = "POST /v1/auth/logout"
LEFT_ALONE: Final = {"DELETE", "PATCH"}
"""Methods after which what is there would not be there any more, or another."""

SCHEMA: Final = schemathesis.openapi.from_dict(contract.document())
ROUTES: Final = {str(one): one for one in contract.routes()}


class From(HTTPAdapter):
    """Asks from an address of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As `requests` does, from there."""
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)


class Callers:
    """Who asks, as each route wants it: with a key, logged in, as a visitor, as nobody."""

    def __init__(self, house: House, estate: Estate, keys: list[str], visitor: str) -> None:
        self.url, self._estate, self._visitor = house.gateway, estate, visitor
        self._keys = [{"Authorization": f"Bearer {key}"} for key in keys]
        self._asked, self._turns = count(), count()
        self.session = requests.Session()

    def credentials(self, route: Route) -> dict[str, str]:
        """Of whoever may ask for it; the next key, and the next address, now and then."""
        turn, rest = divmod(next(self._asked), MANY)
        if not rest:
            self.session.close()
            self.session = requests.Session()
            self.session.mount("http://", From(somewhere()))
        if route.takes_keys:
            return self._keys[turn % KEYS]
        if str(route) in {ENDLESS, PARTING}:
            return {}
        if route.is_for_anybody:
            return {"Authorization": f"Bearer {self._visitor}"}
        cookies = "; ".join(f"{name}={one}" for name, one in self._estate.http.cookies.items())
        return {"Cookie": cookies, "Origin": self.url}

    def knows(self) -> bool:
        """Three times out of four the ids are of what is there."""
        return bool(next(self._turns) % 4)

    def ids(self, route: Route) -> dict[str, str]:
        """What is there, for the parameters of its path."""
        return {name: self._estate.ids[prefix] for name, prefix in route.ids.items()}


@pytest.fixture(scope="session")
async def callers(house: House, model: ScriptedAI) -> AsyncIterator[Callers]:
    """In a workspace of their own, that has one of everything."""
    model.reset()
    async with a_business(house.gateway) as business:
        estate = await an_estate(house, business, model)
        scopes = (await estate.http.get("/v1/me")).json()["scopes"]
        keys = [(await a_key(estate.http, *scopes))["secret"] for _ in range(KEYS)]
        visitor = await business.visitor()
        yield Callers(house, estate, keys, visitor.opened["token"])


@SCHEMA.parametrize()
@settings(
    max_examples=40,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_contract_knows(
    case: schemathesis.Case[Any], callers: Callers
) -> None:
    route = ROUTES[case.operation.label]
    if route.method not in LEFT_ALONE and callers.knows():
        case.path_parameters = {**case.path_parameters, **callers.ids(route)}
    headers = callers.credentials(route)
    answer = case.call(
        base_url=callers.url, session=callers.session, headers=headers, timeout=TIMEOUT
    )
    case.validate_response(answer, checks=PROMISED)

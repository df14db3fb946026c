"""Nobody reaches what is another workspace's: every route, by every kind of caller."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import pytest
from httpx import AsyncClient, Response

from contactflow.kernel import encode, new_id
from contactflow.web.problems import MEDIA_TYPE
from tests.e2e.house import House
from tests.hostile import contract
from tests.hostile.contract import Json, Route
from tests.hostile.estate import Estate, a_key, contents

Ids = Mapping[str, str]
ROUTES: Final = contract.with_an_id()
OURS: Final = [one for one in ROUTES if not one.is_for_anybody]
"""Those that ask who it is; of the others, each resource has a secret of its own."""


async def asked(caller: AsyncClient, route: Route, ids: Ids, own: Ids, **headers: str) -> Response:
    """A request about what `ids` say that is in order, were they the caller's; `own` are."""
    version = {"If-Match": "*"} if route.needs_a_version else {}
    body, headers = filled(route, own), version | headers
    return await caller.request(route.method, route.at(ids), json=body, headers=headers)


def filled(route: Route, ids: Ids) -> Json | None:
    """The contract's example of a body, with ids that are the caller's; those it lacks left out."""
    if route.body is None:
        return None
    there = {name: prefix in ids for name, prefix in route.body_ids.items()}
    body = {name: one for name, one in route.body.items() if there.get(name, True)}
    return body | {name: written(route, name, ids) for name, known in there.items() if known}


def written(route: Route, name: str, ids: Ids) -> Any:
    """The id as the body has it: alone, or in a list."""
    one = ids[route.body_ids[name]]
    return [one] if isinstance(route.body[name], list) else one


@asynccontextmanager
async def by_key(house: House, http: AsyncClient, *scopes: str) -> AsyncIterator[AsyncClient]:
    """The API of whoever has a key with these scopes."""
    key = await a_key(http, *scopes)
    who = {"Authorization": f"Bearer {key['secret']}"}
    async with AsyncClient(base_url=house.gateway, headers=who, timeout=30) as caller:
        await caller.get("/v1/agents")  # when a key was last used is noted now and then
        yield caller


async def everything(http: AsyncClient) -> frozenset[str]:
    """The scopes that an owner has."""
    return frozenset((await http.get("/v1/me")).json()["scopes"])


@asynccontextmanager
async def untouched(house: House, estate: Estate) -> AsyncIterator[None]:
    """Around what must change nothing in a workspace: each table holds the same, to the byte."""
    before = await contents(house, estate.id)
    yield
    after = await contents(house, estate.id)
    assert {name for name, digest in after.items() if digest != before[name]} == set()


def told(answer: Response) -> tuple[int, str]:
    """The status and the code."""
    is_problem = answer.headers.get("content-type") == MEDIA_TYPE
    return answer.status_code, answer.json()["code"] if is_problem else ""


async def test_every_route_is_asked_by_an_id_that_is_there(
    victim: Estate, stranger: Estate
) -> None:
    """A new kind of resource needs one in the estate."""
    unknown = [str(one) for one in ROUTES if one.path.count("{") != len(one.ids)]
    asked_for = {prefix for one in ROUTES for prefix in one.ids.values()}
    named = {prefix for one in contract.secured() for prefix in one.body_ids.values()}
    filters = {prefix for one in contract.routes() for prefix in one.filters.values()}

    assert unknown == []
    assert asked_for | named | filters <= victim.ids.keys()
    assert not {*victim.ids.values()} & {*stranger.ids.values()}


@pytest.mark.parametrize("who", ["owner", "key", "owner who names the workspace"])
async def test_whoever_belongs_elsewhere_finds_nothing(
    house: House, victim: Estate, stranger: Estate, who: str
) -> None:
    named = {"ContactFlow-Workspace": victim.id} if who.startswith("owner who") else {}
    async with by_key(house, stranger.http, *await everything(stranger.http)) as key:
        caller = key if who == "key" else stranger.http
        async with untouched(house, victim):
            answers = {
                str(one): told(await asked(caller, one, victim.ids, stranger.ids, **named))
                for one in OURS
            }

    assert answers == {str(one): (404, "not_found") for one in OURS}


async def test_whoever_lacks_the_scope_is_told_which(house: House, victim: Estate) -> None:
    owner, answers = await everything(victim.http), {}
    async with AsyncExitStack() as stack:
        keys = {
            scopes: await stack.enter_async_context(by_key(house, victim.http, *(owner - scopes)))
            for scopes in {one.scopes for one in OURS}
        }
        async with untouched(house, victim):
            for one in OURS:
                answer = await asked(keys[one.scopes], one, victim.ids, victim.ids)
                answers[str(one)] = (*told(answer), answer.json().get("scope") in one.scopes)

    assert answers == {str(one): (403, "missing_scope", True) for one in OURS}


async def test_nobody_is_asked_who_they_are(house: House, victim: Estate) -> None:
    async with AsyncClient(base_url=house.gateway, timeout=30) as nobody, untouched(house, victim):
        answers = {str(one): await asked(nobody, one, victim.ids, {}) for one in OURS}

    assert {name: told(one) for name, one in answers.items()} == {
        str(one): (401, "unauthenticated") for one in OURS
    }
    assert all("www-authenticate" in one.headers for one in answers.values())


async def test_a_request_that_is_not_ones_own_is_not_read_at_the_door(
    house: House, victim: Estate, stranger: Estate
) -> None:
    """There a wrong code counts, as a try: it is all that may change."""
    answers = {
        str(one): told(await asked(stranger.business.street, one, victim.ids, {}))
        for one in ROUTES
        if one.is_for_anybody
    }

    assert answers == {
        "POST /v1/public/rights-requests/{request_id}/verify": (422, "code_rejected"),
        "GET /v1/public/rights-requests/{request_id}": (401, "unauthenticated"),
    }


async def test_a_filter_finds_nothing_of_others(
    house: House, victim: Estate, stranger: Estate
) -> None:
    asking = [(one, name) for one in contract.routes() for name in one.filters]
    async with untouched(house, victim):
        found = {
            f"{one}?{name}": await stranger.http.get(
                one.at(stranger.ids), params={name: victim.ids[one.filters[name]]}
            )
            for one, name in asking
        }

    assert len(found) >= 4
    assert {name: (one.status_code, one.json()["data"]) for name, one in found.items()} == {
        name: (200, []) for name in found
    }


async def test_a_body_may_name_nothing_of_others(
    house: House, victim: Estate, stranger: Estate
) -> None:
    """Each id in turn, the rest being in order: what others have is what nobody has."""
    naming = [(one, name) for one in contract.secured() for name in one.body_ids]
    nobodys = {prefix: encode(prefix, new_id()) for prefix in victim.ids}
    async with untouched(house, victim), untouched(house, stranger):
        answers = [
            [
                (str(route), name, *told(await naming_another(stranger, route, name, ids)))
                for route, name in naming
            ]
            for ids in (victim.ids, nobodys)
        ]

    assert len(naming) >= 5
    assert answers[0] == answers[1]
    assert {status for _, _, status, _ in answers[0]} <= {404, 422}


async def naming_another(own: Estate, route: Route, name: str, ids: Ids) -> Response:
    """A request of one's own, but for the one id."""
    body = (filled(route, own.ids) or {}) | {name: written(route, name, ids)}
    headers = {"If-Match": "*"} if route.needs_a_version else {}
    return await own.http.request(route.method, route.at(own.ids), json=body, headers=headers)


async def test_all_of_it_was_there(victim: Estate) -> None:
    """Each was asked for by a real id: its owner is not told that it is not there. This ends it."""
    last = sorted(OURS, key=lambda one: (one.method != "GET", one.method == "DELETE"))

    answers = [await asked(victim.http, one, victim.ids, victim.ids) for one in last]

    found = {str(one): answer.status_code for one, answer in zip(last, answers, strict=True)}
    assert {one for one, status in found.items() if status in {401, 403, 404}} == set()
    assert {one for one, status in found.items() if status >= 500} == set()

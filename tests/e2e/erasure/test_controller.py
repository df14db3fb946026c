"""The installation's own people: an account holder has rights too, against the operator."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.e2e.erasure.lives import PLATFORM, an_officer_of_the_platform
from tests.e2e.erasure.rights import Officer, an_address
from tests.e2e.house import House
from tests.e2e.people import PASSWORD, signed_up


@pytest.fixture
async def http(house: House) -> AsyncIterator[AsyncClient]:
    origin = {"Origin": house.gateway}
    async with AsyncClient(base_url=house.gateway, headers=origin, timeout=30) as client:
        yield client


@pytest.fixture
async def officer(house: House) -> AsyncIterator[Officer]:
    async with an_officer_of_the_platform(house) as officer:
        yield officer


async def test_an_account_holder_is_erased_as_any_person_is(house: House, officer: Officer) -> None:
    email = an_address()
    origin = {"Origin": house.gateway}
    async with AsyncClient(base_url=house.gateway, headers=origin, timeout=30) as theirs:
        await signed_up(theirs, "Ada", email)

        ended = await officer.erase(email)
        seen = await theirs.get("/v1/me")
        again = await theirs.post("/v1/auth/login", json={"email": email, "password": PASSWORD})

    assert (seen.status_code, again.status_code) == (401, 401)
    receipt = await officer.get(ended["id"], "/receipt")
    deleted = {one["name"]: one["deleted"] for one in receipt["payload"]["participants"]}
    assert deleted["gateway"]["accounts"] == 1
    assert receipt["payload"]["workspace_id"] == PLATFORM["ContactFlow-Workspace"]


async def test_who_holds_no_office_there_decides_nothing(house: House, http: AsyncClient) -> None:
    await signed_up(http, "Eve", an_address())

    refused = await http.get("/v1/rights-requests", headers=PLATFORM)

    assert refused.status_code == 404

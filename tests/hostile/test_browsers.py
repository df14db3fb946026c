"""What another site makes a browser do, and bodies that break what reads them."""

from collections.abc import Mapping
from typing import Final

import pytest
from httpx import AsyncClient

from tests.e2e.house import House
from tests.e2e.people import PASSWORD
from tests.e2e.strangers import passer_by
from tests.hostile import contract
from tests.hostile.estate import Estate
from tests.hostile.test_foreign import asked, told, untouched

SAFE: Final = {"GET", "HEAD"}
COOKIE: Final = "cf_session"
CHANGES: Final = [one for one in contract.secured() if one.method not in SAFE]
BODIES: Final[Mapping[str, tuple[bytes, tuple[int, str]]]] = {
    "none": (b"{", (400, "invalid_json")),
    "too deep": (b"[" * 100_000 + b"]" * 100_000, (400, "invalid_json")),
    "a number that is none": (b'{"name": NaN}', (400, "invalid_json")),
    "a NUL": (b'{"name": "a\\u0000b"}', (400, "invalid_json")),
    "half a character": (b'{"name": "\\ud800"}', (400, "invalid_json")),
    "not UTF-8": (b'{"name": "\xff"}', (400, "invalid_json")),
    "too long": (b'{"name": "' + b"a" * 300_000 + b'"}', (413, "body_too_large")),
}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_no_other_site_changes_anything(house: House, victim: Estate, origin: str) -> None:
    async with untouched(house, victim):
        answers = {
            str(one): told(await asked(victim.http, one, victim.ids, victim.ids, Origin=origin))
            for one in CHANGES
        }

    assert answers == {str(one): (403, "csrf_rejected") for one in CHANGES}


async def test_a_session_that_somebody_else_chose_is_nobody_s(house: House, victim: Estate) -> None:
    planted = "planted-by-somebody-who-waits"
    said = {"email": victim.business.account["user"]["email"], "password": PASSWORD}
    async with passer_by(house.gateway, Origin=house.gateway) as http:
        http.cookies.set(COOKIE, planted)
        before = await http.get("/v1/me")
        given = (await http.post("/v1/auth/login", json=said)).cookies[COOKIE]
    async with passer_by(house.gateway, Cookie=f"{COOKIE}={planted}") as waiting:
        after = await waiting.get("/v1/me")

    assert given != planted
    assert (before.status_code, after.status_code) == (401, 401)


@pytest.mark.parametrize("kind", BODIES)
async def test_a_body_that_breaks_what_reads_it_is_refused_by_every_route(
    house: House, victim: Estate, kind: str
) -> None:
    body, refused = BODIES[kind]
    taking = [one for one in CHANGES if one.body is not None]

    async with untouched(house, victim):
        answers = {
            str(one): await sent(victim.http, one.method, one.at(victim.ids), body)
            for one in taking
        }

    assert answers == {str(one): refused for one in taking}


async def sent(http: AsyncClient, method: str, path: str, body: bytes) -> tuple[int, str]:
    """As if it were JSON."""
    headers = {"Content-Type": "application/json", "If-Match": "*"}
    return told(await http.request(method, path, content=body, headers=headers))

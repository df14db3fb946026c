from datetime import timedelta

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from contactflow.gateway.api_keys.secret import new_secret
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from services.gateway.tests.people import Browser

KEY = {"name": "Booking system", "scopes": ["agents:read", "api_keys:read", "api_keys:write"]}


async def using(http: AsyncClient, secret: str, path: str = "/v1/agents") -> Response:
    return await http.get(path, headers={"Authorization": f"Bearer {secret}"})


async def created(ada: Browser, **said: object) -> Response:
    answer = await ada.send("POST", "/v1/api-keys", json=KEY | said)
    assert answer.status_code == 201, answer.text
    return answer


async def test_a_key_works_until_it_is_revoked(http: AsyncClient, ada: Browser) -> None:
    answer = await created(ada)
    secret = answer.json()["secret"]

    before = await using(http, secret)
    revoked = await ada.send("DELETE", answer.headers["location"])
    after = await using(http, secret)

    assert (before.status_code, revoked.status_code, after.status_code) == (200, 204, 401)
    assert (await ada.send("GET", "/v1/api-keys")).json()["data"] == []


async def test_a_secret_is_shown_once(ada: Browser) -> None:
    once = {"Idempotency-Key": "k1"}
    first = await ada.send("POST", "/v1/api-keys", json=KEY, headers=once)

    replayed = await ada.send("POST", "/v1/api-keys", json=KEY, headers=once)

    secret = first.json()["secret"]
    listed = await ada.send("GET", "/v1/api-keys")
    assert replayed.headers["idempotency-replayed"] == "true"
    assert replayed.json()["id"] == first.json()["id"]
    assert secret not in replayed.text + listed.text
    assert len(listed.json()["data"]) == 1


async def test_a_key_has_no_more_scopes_than_its_maker(http: AsyncClient, ada: Browser) -> None:
    secret = (await created(ada)).json()["secret"]
    more = KEY | {"scopes": ["agents:write"]}

    answer = await http.post(
        "/v1/api-keys", json=more, headers={"Authorization": f"Bearer {secret}"}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert answer.json()["scope"] == "agents:write"


async def test_a_key_is_no_session(http: AsyncClient, ada: Browser) -> None:
    secret = (await created(ada)).json()["secret"]

    assert (await using(http, secret, "/v1/me")).status_code == 403


async def test_a_key_ends_when_it_was_said_to(
    http: AsyncClient, ada: Browser, clock: FakeClock
) -> None:
    until = clock() + timedelta(days=1)
    secret = (await created(ada, expires_at=until.isoformat())).json()["secret"]

    assert (await using(http, secret)).status_code == 200
    clock.advance(timedelta(days=1))
    assert (await using(http, secret)).status_code == 401


async def test_it_is_known_when_a_key_was_last_used(http: AsyncClient, ada: Browser) -> None:
    answer = await created(ada)
    assert answer.json()["last_used_at"] is None

    await using(http, answer.json()["secret"])

    read = (await ada.send("GET", answer.headers["location"])).json()
    assert read["last_used_at"] == "2026-11-21T12:00:00Z"


@pytest.mark.parametrize("secret", ["nonsense", "cf_live_" + "x" * 36, ""])
async def test_a_mistyped_key_costs_no_query(
    http: AsyncClient, engines: Engines, secret: str
) -> None:
    await using(http, new_secret())  # the salt of the day is known from here on
    asked = counting(engines.system)

    answer = await using(http, secret)

    assert answer.status_code == 401
    assert asked == []


def counting(engine: AsyncEngine) -> list[str]:
    statements: list[str] = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note(*seen: object) -> None:
        statements.append(str(seen[2]))

    return statements


async def test_keys_of_others_are_not_there(http: AsyncClient, ada: Browser) -> None:
    other = (await created(ada)).headers["location"]
    unknown = new_secret()

    assert (await using(http, unknown)).status_code == 401
    assert (await http.get(other)).status_code == 401


@pytest.mark.parametrize("scopes", [[], ["nonsense"], ["session"]])
async def test_scopes_are_those_of_the_table(ada: Browser, scopes: list[str]) -> None:
    answer = await ada.send("POST", "/v1/api-keys", json=KEY | {"scopes": scopes})

    assert answer.status_code == 422


async def test_a_key_has_a_name_that_can_be_read(ada: Browser) -> None:
    answer = await ada.send("POST", "/v1/api-keys", json=KEY | {"name": " \t"})

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/name"]


@pytest.mark.parametrize("minutes", [-1, 0])
async def test_a_key_that_has_expired_is_not_made(
    ada: Browser, clock: FakeClock, minutes: int
) -> None:
    until = (clock() + timedelta(minutes=minutes)).isoformat()

    answer = await ada.send("POST", "/v1/api-keys", json=KEY | {"expires_at": until})

    assert (answer.status_code, answer.json()["code"]) == (422, "expires_in_past")
    [wrong] = answer.json()["errors"]
    assert (wrong["pointer"], wrong["code"]) == ("/expires_at", "expires_in_past")


@pytest.mark.parametrize(
    "until", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 1900000000]
)
async def test_an_end_that_is_no_time_is_refused(ada: Browser, until: str | int) -> None:
    answer = await ada.send("POST", "/v1/api-keys", json=KEY | {"expires_at": until})

    assert answer.status_code == 422, answer.text
    assert [one["code"] for one in answer.json()["errors"]] == ["invalid_time"]

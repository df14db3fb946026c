import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text

from contactflow.gateway.accounts.passwords import Passwords
from contactflow.kernel import PLATFORM_WORKSPACE_ID, decode
from contactflow.persistence import Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.works import FaultyWorks
from services.gateway.tests.people import PAGE, PASSWORD, Browser, a_form, an_email, signed_up


async def test_who_signs_up_owns_a_workspace(http: AsyncClient) -> None:
    form = a_form(locale="fr")

    answer = await http.post("/v1/auth/signup", json=form)

    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert said["user"] | {"id": ""} == {
        "id": "",
        "name": "Ada",
        "email": form["email"],
        "verified": False,
        "locale": "fr",
    }
    assert said["workspace"] | {"id": ""} == {
        "id": "",
        "name": "Blue Bakery",
        "locale": "fr",
        "legal_role": "processor",
    }
    me = (await http.get("/v1/me")).json()
    assert (me["user"], me["workspace"]) == (said["user"], said["workspace"])
    assert me["role"] == "owner"
    assert {"agents:write", "contacts:read"} <= {*me["scopes"]}


async def test_the_event_of_a_workspace_is_written_with_it(ada: Browser, engines: Engines) -> None:
    workspace_id = decode("ws", ada.workspace["id"])

    async with engines.system.connect() as connection:
        found = await connection.execute(
            text("SELECT type, key, body FROM outbox WHERE workspace_id = :id"),
            {"id": workspace_id},
        )

    [event] = found
    assert (event.type, event.key) == ("workspace.created", workspace_id)
    assert event.body["legal_role"] == "processor"


async def test_the_platform_told_of_itself_first(engines: Engines) -> None:
    async with engines.system.connect() as connection:
        first = text("SELECT workspace_id, type, body FROM outbox ORDER BY horizon, position")
        event = (await connection.execute(first)).first()

    assert event
    assert (event.workspace_id, event.type) == (PLATFORM_WORKSPACE_ID, "workspace.created")
    assert event.body["legal_role"] == "controller"


async def test_a_failed_sign_up_leaves_nothing(
    http: AsyncClient, works: FaultyWorks, engines: Engines
) -> None:
    form = a_form(workspace_name="Never There")
    works.faults = [OSError()]

    answer = await http.post("/v1/auth/signup", json=form)

    assert answer.status_code == 500
    async with engines.system.connect() as connection:
        found = text("SELECT count(*) FROM workspaces WHERE name = 'Never There'")
        assert await connection.scalar(found) == 0
    assert (await http.post("/v1/auth/signup", json=form)).status_code == 201


@pytest.mark.parametrize("written", ["{}", " {} "])
async def test_an_address_has_one_account(http: AsyncClient, written: str) -> None:
    form = a_form()
    await http.post("/v1/auth/signup", json=form)

    again = await http.post(
        "/v1/auth/signup", json=form | {"email": written.format(form["email"].upper())}
    )

    assert (again.status_code, again.json()["code"]) == (409, "email_taken")


async def test_of_ten_at_once_one_gets_the_address(http: AsyncClient) -> None:
    form = a_form()

    answers = await asyncio.gather(*(http.post("/v1/auth/signup", json=form) for _ in range(10)))

    assert sorted(one.status_code for one in answers) == [201] + [409] * 9


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"password": "short"}, "/password"),
        ({"password": "x" * 257}, "/password"),
        ({"adult": False}, "/adult"),
        ({"adult": 1}, "/adult"),
        ({"email": "nobody"}, "/email"),
        ({"locale": "de"}, "/locale"),
        ({"role": "owner"}, "/role"),
        ({"name": " \n\u00a0"}, "/name"),
        ({"workspace_name": "   "}, "/workspace_name"),
        ({"workspace_name": "Blue\r\nBakery"}, "/workspace_name"),
        ({"workspace_name": "Blue Bakery\n"}, "/workspace_name"),
        ({"workspace_name": "Blue\u2028Bakery"}, "/workspace_name"),
        ({"workspace_name": "Blue\x1b[2JBakery"}, "/workspace_name"),
    ],
)
async def test_a_form_is_refused_without_repeating_it(
    http: AsyncClient, said: dict[str, object], pointer: str
) -> None:
    form = a_form(**said)

    answer = await http.post("/v1/auth/signup", json=form)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert form["email"] not in answer.text


async def test_somebody_logs_in_and_out(http: AsyncClient, ada: Browser) -> None:
    said = {"email": ada.user["email"], "password": PASSWORD}

    answer = await http.post("/v1/auth/login", json=said)

    assert answer.status_code == 200, answer.text
    [workspace] = answer.json()["workspaces"]
    assert workspace == {"id": ada.workspace["id"], "name": "Blue Bakery", "role": "owner"}
    assert (await http.get("/v1/me")).status_code == 200
    gone = await http.post("/v1/auth/logout", headers={"Origin": PAGE})
    assert gone.status_code == 204
    after = await http.get("/v1/me")
    assert (after.status_code, after.json()["wants"]) == (401, "session")


async def test_a_session_that_was_ended_is_dead_even_if_the_cookie_lives(ada: Browser) -> None:
    await ada.send("POST", "/v1/auth/logout")

    assert (await ada.send("GET", "/v1/me")).status_code == 401


async def test_a_login_ends_the_session_before_it(http: AsyncClient, ada: Browser) -> None:
    said = {"email": ada.user["email"], "password": PASSWORD}

    await ada.send("POST", "/v1/auth/login", json=said)

    assert (await ada.send("GET", "/v1/me")).status_code == 401


@pytest.mark.parametrize("wrong", ["email", "password"])
async def test_wrong_credentials_do_not_say_what_is_wrong(
    http: AsyncClient, ada: Browser, wrong: str
) -> None:
    said = {"email": ada.user["email"], "password": PASSWORD}
    said[wrong] = {"email": an_email(), "password": "another horse battery"}[wrong]

    answer = await http.post("/v1/auth/login", json=said)

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
    assert answer.headers["www-authenticate"]
    assert "set-cookie" not in answer.headers


class Counted(PasswordHasher):
    """Notes against which hashes a password is looked at."""

    seen: ClassVar[list[str | bytes]] = []

    def verify(self, known: str | bytes, password: str | bytes) -> Literal[True]:
        self.seen.append(known)
        return super().verify(known, password)


async def test_as_much_work_is_done_for_who_is_unknown_as_for_who_is_known(
    app: FastAPI, http: AsyncClient, ada: Browser
) -> None:
    app.state.desk = replace(app.state.desk, passwords=Passwords(Counted))

    for email in (ada.user["email"], an_email()):
        said = {"email": email, "password": "wrong " * 3}
        assert (await http.post("/v1/auth/login", json=said)).status_code == 401

    [known, nobodys] = Counted.seen
    assert known != nobodys
    assert extract_parameters(str(known)) == extract_parameters(str(nobodys))


async def test_guessing_is_limited_by_account(http: AsyncClient, ada: Browser) -> None:
    said = {"email": ada.user["email"], "password": "wrong password"}

    answers = [await http.post("/v1/auth/login", json=said) for _ in range(11)]

    assert [one.status_code for one in answers] == [401] * 10 + [429]
    assert answers[-1].headers["retry-after"]
    assert answers[-1].headers["ratelimit-policy"] == '"login-account";q=10;w=900'


async def test_signing_up_is_limited_by_client(http: AsyncClient) -> None:
    taken = a_form()
    answers = [await http.post("/v1/auth/signup", json=taken) for _ in range(21)]

    assert [one.status_code for one in answers] == [201] + [409] * 19 + [429]


@pytest.mark.parametrize(("idle", "status"), [(6, 200), (7, 401)])
async def test_a_session_ends_when_it_is_idle(
    ada: Browser, clock: FakeClock, idle: int, status: int
) -> None:
    clock.advance(timedelta(days=idle))

    assert (await ada.send("GET", "/v1/me")).status_code == status


async def test_a_session_ends_after_a_month_of_use(ada: Browser, clock: FakeClock) -> None:
    for _ in range(5):
        clock.advance(timedelta(days=6) - timedelta(seconds=1))
        used = await ada.send("GET", "/v1/me")

    assert used.status_code == 200
    clock.advance(timedelta(seconds=5))
    assert (await ada.send("GET", "/v1/me")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": PAGE, "Content-Type": "text/plain"},
        {"Origin": PAGE, "Content-Type": "application/x-www-form-urlencoded"},
    ],
)
async def test_a_change_that_another_site_may_have_made_is_refused(
    ada: Browser, headers: dict[str, str]
) -> None:
    answer = await ada.send("POST", "/v1/auth/logout", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_rejected")
    assert (await ada.send("GET", "/v1/me")).status_code == 200


async def test_several_workspaces_are_told_apart_by_a_header(
    http: AsyncClient, ada: Browser, works: Works
) -> None:
    eve = await signed_up(http)

    own = await ada.send("GET", "/v1/me", headers={"ContactFlow-Workspace": ada.workspace["id"]})
    others = {"ContactFlow-Workspace": eve.workspace["id"]}

    assert own.json()["workspace"] == ada.workspace
    assert (await ada.send("GET", "/v1/me", headers=others)).status_code == 404
    nonsense = {"ContactFlow-Workspace": "ws_nonsense"}
    assert (await ada.send("GET", "/v1/me", headers=nonsense)).status_code == 404


async def test_nothing_of_a_person_lies_in_the_clear(ada: Browser, engines: Engines) -> None:
    async with engines.owner.connect() as connection:
        await connection.execute(text("SET ROLE NONE"))
    tables = ("sessions", "memberships", "workspaces")

    async with engines.system.connect() as connection:
        rows = [
            str(row) for one in tables for row in await connection.execute(text(f"TABLE {one}"))
        ]

    token = ada.headers["Cookie"].partition("=")[2]
    assert not [row for row in rows if ada.user["email"] in row or token in row]


@pytest.mark.parametrize("email", [None, 5, True, [], ["ada@example.com"], {}, "a" * 400])
@pytest.mark.parametrize("path", ["/v1/auth/signup", "/v1/auth/login"])
async def test_what_is_no_address_is_refused(http: AsyncClient, path: str, email: object) -> None:
    answer = await http.post(path, json=a_form() | {"email": email})

    assert answer.status_code == 422, answer.text
    assert "/email" in {one["pointer"] for one in answer.json()["errors"]}

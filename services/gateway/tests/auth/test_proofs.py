"""Proving an address by a code: of a new account, and of who forgot their password."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text

from contactflow.gateway.accounts.passwords import Passwords
from contactflow.gateway.auth.desk import Desk
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.testing.clock import FakeClock
from contactflow.testing.mail import words
from services.gateway.tests.people import PAGE, PASSWORD, Browser, an_email, signed_up
from services.gateway.tests.post import Post

NEW = "another horse battery"
VERIFY = "/v1/auth/email-verifications"
RESET = "/v1/auth/password-resets"
LIFE = timedelta(minutes=10)
JOBS = text("SELECT name, key, due_at FROM jobs WHERE workspace_id = :workspace_id")


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


async def confirm(who: Browser, code: str) -> Response:
    return await who.send("POST", f"{VERIFY}/confirm", json={"code": code})


async def verified(who: Browser) -> bool:
    return bool((await who.send("GET", "/v1/me")).json()["user"]["verified"])


def told(answer: Response) -> tuple[int, dict[str, Any]]:
    """What somebody learns from an answer."""
    return answer.status_code, answer.json() | {"request_id": ""}


async def test_who_signs_up_gets_a_code_in_their_language(http: AsyncClient, post: Post) -> None:
    adele = await signed_up(http, locale="fr")

    await post.go()

    [mail] = post.server.mails(adele.user["email"])
    assert mail["Subject"] == "Confirmez votre adresse e-mail"
    assert "ContactFlow" in words(mail)
    assert "Ada" not in mail.as_string()
    assert not adele.user["verified"]


async def test_who_has_the_code_has_the_address(post: Post, ada: Browser) -> None:
    code = await post.code_to(ada.user["email"])

    assert (await confirm(ada, code)).status_code == 204

    assert await verified(ada)
    assert (await confirm(ada, code)).json()["code"] == "code_rejected"


@pytest.mark.parametrize("why", ["wrong", "expired", "locked", "used", "another's", "never sent"])
async def test_nobody_is_told_why_a_code_is_none(
    http: AsyncClient, post: Post, ada: Browser, clock: FakeClock, why: str
) -> None:
    eve = await signed_up(http)
    code = await post.code_to(ada.user["email"])
    if why == "expired":
        clock.advance(LIFE)
    if why == "locked":
        for _ in range(5):
            await confirm(ada, other_than(code))
    if why in {"used", "never sent"}:
        await confirm(ada, code)

    said = {"wrong": other_than(code), "never sent": "00000000"}.get(why, code)
    answer = await confirm(eve if why == "another's" else ada, said)

    assert told(answer) == told(await confirm(eve, other_than(code)))
    assert told(answer)[0] == 422
    assert await verified(ada) == (why in {"used", "never sent"})


async def test_tries_that_come_at_once_are_counted_one_by_one(post: Post, ada: Browser) -> None:
    code = await post.code_to(ada.user["email"])

    await asyncio.gather(*(confirm(ada, other_than(code)) for _ in range(5)))

    assert (await confirm(ada, code)).status_code == 422


async def test_another_code_replaces_the_first(post: Post, ada: Browser) -> None:
    first = await post.code_to(ada.user["email"])

    answer = await ada.send("POST", VERIFY)
    second = await post.code_to(ada.user["email"])

    assert (answer.status_code, answer.json()) == (202, {"expires_in": 600})
    assert (await confirm(ada, first)).status_code == 422
    assert (await confirm(ada, second)).status_code == 204


async def test_who_is_verified_gets_no_more_codes(post: Post, ada: Browser) -> None:
    await confirm(ada, await post.code_to(ada.user["email"]))

    answer = await ada.send("POST", VERIFY)
    await post.go()

    assert answer.status_code == 202
    assert len(post.server.mails(ada.user["email"])) == 1


async def test_codes_and_tries_are_limited(post: Post, ada: Browser) -> None:
    sent = [(await ada.send("POST", VERIFY)).status_code for _ in range(6)]
    tried = [(await confirm(ada, "00000000")).status_code for _ in range(11)]

    assert sent == [202] * 5 + [429]
    assert tried == [422] * 10 + [429]


async def ask(http: AsyncClient, email: str) -> Response:
    return await http.post(RESET, json={"email": email})


async def reset(http: AsyncClient, email: str, code: str, password: str = NEW) -> Response:
    said = {"email": email, "code": code, "password": password}
    return await http.post(f"{RESET}/confirm", json=said)


async def log_in(http: AsyncClient, email: str, password: str) -> int:
    answer = await http.post("/v1/auth/login", json={"email": email, "password": password})
    http.cookies.clear()
    return answer.status_code


async def test_who_has_the_code_chooses_a_new_password_and_every_session_ends(
    http: AsyncClient, post: Post, ada: Browser
) -> None:
    email = ada.user["email"]
    bystander = await signed_up(http)
    await ask(http, email)
    code = await post.code_to(email)

    answer = await reset(http, email, code)

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await ada.send("GET", "/v1/me")).status_code == 401
    assert (await bystander.send("GET", "/v1/me")).status_code == 200
    assert await log_in(http, email, PASSWORD) == 401
    assert await log_in(http, email, NEW) == 200


async def test_who_reads_the_code_has_verified_the_address(
    http: AsyncClient, post: Post, ada: Browser
) -> None:
    email = ada.user["email"]
    await ask(http, email)
    await reset(http, email, await post.code_to(email))

    answer = await http.post("/v1/auth/login", json={"email": email, "password": NEW})

    assert answer.json()["user"]["verified"]


async def test_whether_there_is_an_account_can_be_seen_nowhere(
    http: AsyncClient, post: Post, ada: Browser
) -> None:
    await post.go()

    known = await ask(http, ada.user["email"])
    of_known = await post.rows(JOBS, PLATFORM_WORKSPACE_ID)
    await post.go()
    nobody = an_email()
    unknown = await ask(http, nobody)
    of_unknown = await post.rows(JOBS, PLATFORM_WORKSPACE_ID)
    await post.go()

    assert told(known) == told(unknown)
    assert told(known)[0] == 202
    assert known.headers.keys() == unknown.headers.keys()
    assert of_known == of_unknown
    assert len(of_known) == 1
    assert not post.server.mails(nobody)


@pytest.mark.parametrize("why", ["wrong", "expired", "locked", "used", "unknown", "never asked"])
async def test_nobody_is_told_why_a_password_stays(
    http: AsyncClient, post: Post, ada: Browser, clock: FakeClock, why: str
) -> None:
    email = ada.user["email"]
    code = "00000000"
    if why != "never asked":
        await ask(http, email)
        code = await post.code_to(email)
    if why == "expired":
        clock.advance(LIFE)
    if why == "locked":
        for _ in range(5):
            await reset(http, email, other_than(code))
    if why == "used":
        await reset(http, email, code, PASSWORD)

    answer = await reset(
        http,
        an_email() if why == "unknown" else email,
        other_than(code) if why == "wrong" else code,
    )

    assert told(answer) == told(await reset(http, an_email(), "11111111"))
    assert told(answer)[0] == 422
    assert await log_in(http, email, PASSWORD) == 200


async def test_a_code_for_the_one_is_none_for_the_other(
    http: AsyncClient, post: Post, ada: Browser
) -> None:
    code = await post.code_to(ada.user["email"])

    assert (await reset(http, ada.user["email"], code)).status_code == 422


async def test_of_two_at_once_one_chooses_the_password(
    http: AsyncClient, post: Post, ada: Browser
) -> None:
    email = ada.user["email"]
    await ask(http, email)
    code = await post.code_to(email)

    answers = await asyncio.gather(*(reset(http, email, code) for _ in range(2)))

    assert sorted(one.status_code for one in answers) == [204, 422]


async def test_asking_and_trying_are_limited_whoever_it_is(http: AsyncClient) -> None:
    nobody = an_email()

    asked = [(await ask(http, nobody)).status_code for _ in range(6)]
    tried = [(await reset(http, nobody, "00000000")).status_code for _ in range(11)]

    assert asked == [202] * 5 + [429]
    assert tried == [422] * 10 + [429]


class Interrupted(Passwords):
    """While it looks at the old password, somebody replaces it."""

    def __init__(self, http: AsyncClient, email: str, code: str) -> None:
        super().__init__()
        self._replace = (http, email, code)

    async def fits(self, known: str | None, password: str) -> bool:
        fits = await super().fits(known, password)
        await reset(*self._replace)
        return fits


async def test_no_session_begins_with_a_password_that_was_just_replaced(
    app: FastAPI, http: AsyncClient, post: Post, ada: Browser
) -> None:
    email = ada.user["email"]
    await ask(http, email)
    desk: Desk = app.state.desk
    interrupted = Interrupted(http, email, await post.code_to(email))
    app.state.desk = Desk(desk.works, desk.limiter, interrupted, desk.clock)

    assert await log_in(http, email, PASSWORD) == 401
    app.state.desk = desk
    assert await log_in(http, email, NEW) == 200


@pytest.mark.parametrize(
    "said", ["1234567", "123456789", "1234 5678", "\u0661" * 8, None, 12345678]
)
async def test_what_cannot_be_a_code_counts_as_no_try(ada: Browser, said: object) -> None:
    answer = await ada.send("POST", f"{VERIFY}/confirm", json={"code": said})

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/code"]


async def test_another_site_cannot_ask_for_a_code(ada: Browser) -> None:
    answer = await ada.send("POST", VERIFY, headers={"Origin": "https://evil.example"})

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_rejected")
    assert (await ada.send("POST", VERIFY, headers={"Origin": PAGE})).status_code == 202

"""Web chat over HTTP, on real PostgreSQL."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text

from contactflow.chat.sessions.door import Guest
from contactflow.chat.sessions.model import LIFE
from contactflow.persistence import Work, Works
from contactflow.persistence.errors import RetryableError
from contactflow.testing.clock import FakeClock
from contactflow.testing.works import FaultyWorks
from services.chat.tests.visitors import WEB_CHAT, Visitors


async def test_a_session_begins_with_the_disclosure(visitors: Visitors) -> None:
    visitor = await visitors.come(locale="fr")

    [first] = await visitor.read()

    assert (first["kind"], first["seq"], first["author"]) == ("disclosure", 1, "system")
    assert visitor.session["disclosure"] == {"text": first["text"], "locale": "fr"}


@pytest.mark.parametrize(("said", "locale"), [("fr-CA,en;q=0.5", "fr"), ("de", "en"), ("", "en")])
async def test_without_a_wish_the_browsers_language_counts(
    visitors: Visitors, said: str, locale: str
) -> None:
    visitors.http.headers["Accept-Language"] = said

    visitor = await visitors.come()

    assert visitor.session["disclosure"]["locale"] == locale


async def test_a_message_is_stored_once_however_often_it_is_sent(visitors: Visitors) -> None:
    visitor = await visitors.come()

    sent = [await visitor.send("Hello", "same") for _ in range(3)]

    assert [one.status_code for one in sent] == [202] * 3
    assert sent[0].json() == sent[1].json() == sent[2].json()
    assert [one["text"] for one in await visitor.read(cursor=1)] == ["Hello"]


async def test_a_message_shows_its_place_and_direction(visitors: Visitors) -> None:
    visitor = await visitors.come()

    message = (await visitor.send("Hello")).json()["message"]

    assert (message["seq"], message["direction"], message["status"]) == (2, "inbound", "received")
    assert message["conversation_id"] == visitor.conversation
    assert message["id"].startswith("msg_")


async def test_a_session_ends(visitors: Visitors, clock: FakeClock) -> None:
    visitor = await visitors.come()
    clock.advance(LIFE)
    visitor.headers |= visitors.public()

    answer = await visitor.send()

    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


GOING = {"they": ("subjects",), "their conversation, too": ("subjects", "conversations")}


@pytest.mark.parametrize("going", GOING)
async def test_an_erased_visitors_session_has_ended(
    visitors: Visitors, works: Works, going: str
) -> None:
    visitor = await visitors.come()
    await erase_everybody(works, visitors, going)

    answer = await visitor.send()

    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
    assert await works.run(visitors.workspace_id, stored) == 0


@pytest.mark.parametrize("going", GOING)
async def test_a_message_that_meets_the_erasure_is_not_stored(
    app: FastAPI, visitors: Visitors, works: Works, going: str
) -> None:
    visitor, door = await visitors.come(), app.state.door

    class Door:
        async def guest(self, token: str, *, at: datetime) -> Guest:
            found: Guest = await door.guest(token, at=at)
            await erase_everybody(works, visitors, going)
            return found

    app.state.door = Door()
    answer = await visitor.send()

    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
    assert await works.run(visitors.workspace_id, stored) == 0


async def test_whoever_was_erased_begins_anew_as_somebody_else(
    visitors: Visitors, works: Works
) -> None:
    before = await visitors.come()
    subject_id = await visitors.subject_of(before)
    await erase_everybody(works, visitors, "they")

    after = await visitors.come()

    [first] = await after.read()
    assert first["kind"] == "disclosure"
    assert await visitors.subject_of(after) != subject_id


async def erase_everybody(works: Works, visitors: Visitors, going: str) -> None:
    async def erase(work: Work) -> None:
        for table in GOING[going]:
            await work.rows(text(f"DELETE FROM {table}"))

    await works.run(visitors.workspace_id, erase)


async def stored(work: Work) -> int:
    """Rows that tell of anybody."""
    statement = text("SELECT id FROM messages UNION ALL SELECT id FROM sessions")
    return len((await work.rows(statement)).all())


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 201),
        ("https://shop.example", 201),
        ("https://contactflow.example", 201),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
async def test_a_session_opens_on_pages_of_the_channel_and_our_own(
    visitors: Visitors, origin: str | None, status: int
) -> None:
    answer = await visitors.knock(origin=origin)

    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_stolen_token_is_of_no_use_on_another_page(visitors: Visitors) -> None:
    visitor = await visitors.come()
    visitor.headers["Origin"] = "https://evil.example"

    answer = await visitor.send()

    assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed")


async def test_preflight_allows_any_page(http: AsyncClient) -> None:
    asked = {"Origin": "https://any.example", "Access-Control-Request-Method": "POST"}

    answer = await http.options(f"{WEB_CHAT}/messages", headers=asked)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in answer.headers["access-control-allow-headers"]


async def test_an_unknown_channel_is_not_there(visitors: Visitors) -> None:
    visitors.channel["public_key"] = "cf_web_unknown"

    assert (await visitors.knock()).status_code == 404


async def test_sessions_are_limited_by_where_they_come_from(visitors: Visitors) -> None:
    answers = [await visitors.knock() for _ in range(40)]

    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == "too_many_requests"


async def test_a_visitor_learns_how_much_is_left(visitors: Visitors) -> None:
    sent = await (await visitors.come()).send()

    assert sent.headers["ratelimit"].startswith('"web_chat_messages";r=59')
    assert sent.headers["ratelimit-policy"] == '"web_chat_messages";q=60;w=60'


async def test_claims_are_kept_apart_and_sealed(visitors: Visitors, works: Works) -> None:
    said = {"name": "Ada", "email": "Ada@Example.com", "phone": "+33 6 12 34 56 78"}
    await visitors.come(visitor=said)
    await visitors.come(visitor=said)

    rows = await works.run(visitors.workspace_id, claimed)

    assert rows == [("email", True), ("email", True), ("phone", True), ("phone", True)]


async def claimed(work: Work) -> list[Any]:
    statement = text("SELECT kind, claimed FROM subject_identities ORDER BY kind")
    return [tuple(row) for row in await work.rows(statement)]


BAD_MESSAGES: dict[str, Any] = {
    "no text": {"client_message_id": "1"},
    "empty": {"text": "", "client_message_id": "1"},
    "only spaces": {"text": "  \n", "client_message_id": "1"},
    "too long": {"text": "x" * 4001, "client_message_id": "1"},
    "wrong type": {"text": 7, "client_message_id": "1"},
    "unknown field": {"text": "x", "client_message_id": "1", "author": "staff"},
    "an id with spaces": {"text": "x", "client_message_id": "a b"},
    "a long id": {"text": "x", "client_message_id": "a" * 65},
}


@pytest.mark.parametrize("bad", BAD_MESSAGES)
async def test_a_bad_message_is_refused_and_not_stored(visitors: Visitors, bad: str) -> None:
    visitor = await visitors.come()

    answer = await visitors.http.post(
        f"{WEB_CHAT}/messages", json=BAD_MESSAGES[bad], headers=visitor.headers
    )

    assert answer.status_code == 422
    assert answer.json()["code"] in {"invalid_request", "unknown_field"}
    assert len(await visitor.read()) == 1


@pytest.mark.parametrize("raw", [b"{", b'{"text":"\\u0000","client_message_id":"1"}', b'"\\ud800"'])
async def test_a_broken_body_is_refused(visitors: Visitors, raw: bytes) -> None:
    visitor = await visitors.come()
    headers = visitor.headers | {"Content-Type": "application/json"}

    answer = await visitors.http.post(f"{WEB_CHAT}/messages", content=raw, headers=headers)

    assert answer.status_code == 400
    assert len(await visitor.read()) == 1


@pytest.mark.parametrize(
    "visitor", [{"email": "nobody"}, {"phone": "12"}, {"name": " "}, {"email": 7}, {"age": 7}]
)
async def test_a_bad_claim_is_refused_and_not_repeated(
    visitors: Visitors, visitor: dict[str, Any]
) -> None:
    answer = await visitors.knock(visitor=visitor)

    assert answer.status_code == 422
    assert "nobody" not in answer.text


async def test_an_answer_is_due_when_the_visitor_has_paused(
    visitors: Visitors, works: Works, clock: FakeClock
) -> None:
    visitor = await visitors.come()

    await visitor.send("One")
    await visitor.send("Two")

    due = await works.run(visitors.workspace_id, promised)
    assert due == [(str(visitor.conversation_id), clock() + timedelta(seconds=0.8))]


async def promised(work: Work) -> list[Any]:
    statement = text("SELECT key, due_at FROM jobs WHERE key IS NOT NULL")
    return [tuple(row) for row in await work.rows(statement)]


@pytest.fixture
def faulty(app: FastAPI, works: Works) -> FaultyWorks:
    """The service's transactions, as soon as something goes wrong with them."""
    app.state.works = FaultyWorks(works)
    return app.state.works  # type: ignore[no-any-return]


async def test_a_commit_that_fails_answers_5xx_and_stores_nothing(
    visitors: Visitors, faulty: FaultyWorks
) -> None:
    visitor = await visitors.come()
    faulty.faults = [OSError()]

    answer = await visitor.send()

    assert answer.status_code == 500
    assert len(await visitor.read()) == 1


async def test_a_deadlock_is_tried_again_and_not_seen(
    visitors: Visitors, faulty: FaultyWorks
) -> None:
    visitor = await visitors.come()
    faulty.faults = [RetryableError(), RetryableError()]

    answer = await visitor.send()

    assert answer.status_code == 202
    assert len(await visitor.read()) == 2

"""Contacts over HTTP, on real PostgreSQL."""

import asyncio
import logging
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from contactflow.kernel import encode, new_id
from contactflow.persistence.errors import RetryableError
from contactflow.testing.clock import NOON
from contactflow.testing.database import Engines
from contactflow.testing.fences import fence
from contactflow.testing.works import FaultyWorks
from contactflow.vault import Email, Phone

URL = "/v1/contacts"
ADA = {"name": "Ada", "phones": ["+33 6 12 34 56 78"], "emails": ["Ada@Example.com"]}


async def created(http: AsyncClient, **details: Any) -> Response:
    answer = await http.post(URL, json=details)
    assert answer.status_code == 201, answer.text
    return answer


async def names(http: AsyncClient) -> list[str | None]:
    return [one["name"] for one in (await http.get(URL)).json()["data"]]


async def test_a_contact_is_read_as_it_was_created(http: AsyncClient) -> None:
    made = await created(http, **ADA)

    read = await http.get(made.headers["location"])

    assert read.json() == made.json()
    assert read.headers["etag"] == made.headers["etag"] == '"1"'
    assert made.json()["id"].startswith("con_")
    assert made.json()["phones"] == [{"value": "+33612345678", "verified": False, "claimed": False}]
    assert made.json()["emails"][0]["value"] == "ada@example.com"


async def test_a_change_needs_the_version_it_is_based_on(http: AsyncClient) -> None:
    url = (await created(http, **ADA)).headers["location"]

    blind = await http.patch(url, json={"name": "Eve"})
    stale = await http.patch(url, json={"name": "Eve"}, headers={"If-Match": '"7"'})
    fresh = await http.patch(url, json={"company": "Engines"}, headers={"If-Match": '"1"'})

    assert (blind.status_code, blind.json()["code"]) == (428, "precondition_required")
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert (fresh.status_code, fresh.headers["etag"]) == (200, '"2"')
    assert (fresh.json()["name"], fresh.json()["company"]) == ("Ada", "Engines")


async def test_any_version_is_good_enough_for_a_star(http: AsyncClient) -> None:
    url = (await created(http, **ADA)).headers["location"]
    any_version = {"If-Match": "*"}

    changed = await http.patch(url, json={"name": "Eve"}, headers=any_version)
    deleted = await http.delete(url, headers=any_version)
    gone = await http.delete(url, headers=any_version)

    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (deleted.status_code, gone.status_code) == (204, 404)


@pytest.mark.parametrize("field", ["name", "company"])
async def test_blanks_are_no_text(http: AsyncClient, field: str) -> None:
    url = (await created(http, **ADA)).headers["location"]

    entered = await http.post(URL, json={field: " \t\u00a0"})
    changed = await http.patch(url, json={field: "   "}, headers={"If-Match": '"1"'})

    assert (entered.status_code, changed.status_code) == (422, 422)
    errors = [(one["pointer"], one["code"]) for one in entered.json()["errors"]]
    assert errors == [(f"/{field}", "wrong_format")]


async def test_a_deletion_honours_the_version_when_it_is_sent(http: AsyncClient) -> None:
    url = (await created(http, **ADA)).headers["location"]

    stale = await http.delete(url, headers={"If-Match": '"7"'})
    gone = await http.delete(url)

    assert (stale.status_code, gone.status_code) == (412, 204)
    assert (await http.get(url)).status_code == 404
    assert (await http.delete(url)).status_code == 404
    assert await names(http) == []


async def test_the_same_person_is_not_a_second_contact(http: AsyncClient) -> None:
    first = await created(http, emails=["ada@example.com"])

    again = await http.post(URL, json={"emails": ["ADA@Example.com"]})

    assert (again.status_code, again.json()["code"]) == (409, "contact_exists")
    assert again.json()["contact_id"] == first.json()["id"]


async def test_ten_who_enter_one_person_at_once_make_one_contact(http: AsyncClient) -> None:
    answers = await asyncio.gather(*(http.post(URL, json=ADA) for _ in range(10)))

    assert sorted(one.status_code for one in answers) == [201] + [409] * 9
    assert await names(http) == ["Ada"]


async def test_ten_who_change_one_contact_at_once_change_it_once(http: AsyncClient) -> None:
    url = (await created(http, **ADA)).headers["location"]
    based = {"If-Match": '"1"'}

    answers = await asyncio.gather(
        *(http.patch(url, json={"name": f"N{n}"}, headers=based) for n in range(10))
    )

    assert sorted(one.status_code for one in answers) == [200] + [412] * 9


async def test_two_people_are_not_made_one(http: AsyncClient) -> None:
    await created(http, emails=["ada@example.com"])
    await created(http, phones=["+33612345678"])

    both = await http.post(URL, json=ADA)

    assert (both.status_code, both.json()["code"]) == (409, "several_people")


async def test_the_erased_are_entered_again_only_when_they_came_back(
    http: AsyncClient, works: FaultyWorks, workspace_id: UUID
) -> None:
    ada = Email.parse("ada@example.com")
    await works.run(workspace_id, lambda work: fence(work, ada, NOON.replace(hour=9)))

    refused = await http.post(URL, json=ADA)
    early = await http.post(URL, json={**ADA, "returned_at": "2026-11-21T08:00:00Z"})
    future = await http.post(URL, json={**ADA, "returned_at": "2026-11-21T13:00:00Z"})
    back = await http.post(URL, json={**ADA, "returned_at": "2026-11-21T10:00:00Z"})

    assert (refused.status_code, refused.json()["code"]) == (410, "person_erased")
    assert early.status_code == 410
    assert (future.status_code, future.json()["code"]) == (422, "returned_in_future")
    assert [one["pointer"] for one in future.json()["errors"]] == ["/returned_at"]
    assert back.status_code == 201


async def test_the_advice_to_say_when_they_returned_is_good_in_a_change_too(
    http: AsyncClient, works: FaultyWorks, workspace_id: UUID
) -> None:
    mob = Phone.parse("+33612345678")
    await works.run(workspace_id, lambda work: fence(work, mob, NOON.replace(hour=9)))
    url = (await created(http, emails=["ada@example.com"])).headers["location"]
    new, based = {"phones": ["+33612345678"]}, {"If-Match": '"1"'}

    refused = await http.patch(url, json=new, headers=based)
    future = {**new, "returned_at": "2026-11-21T13:00:00Z"}
    early = await http.patch(url, json=future, headers=based)
    back = {**new, "returned_at": "2026-11-21T10:00:00Z"}
    changed = await http.patch(url, json=back, headers=based)

    assert (refused.status_code, refused.json()["code"]) == (410, "person_erased")
    assert (early.status_code, early.json()["code"]) == (422, "returned_in_future")
    assert changed.status_code == 200
    assert [one["value"] for one in changed.json()["phones"]] == ["+33612345678"]
    assert (await http.get(url)).headers["etag"] == changed.headers["etag"]


async def test_a_list_walks_newest_first(http: AsyncClient) -> None:
    ids = [(await created(http, name=f"N{n}")).json()["id"] for n in range(5)]

    first = (await http.get(f"{URL}?limit=3")).json()
    rest = (await http.get(f"{URL}?limit=3&cursor={first['next_cursor']}")).json()

    walked = [one["id"] for one in first["data"] + rest["data"]]
    assert walked == ids[::-1]
    assert (first["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)


async def test_a_list_begins_after_the_time_that_is_answered(http: AsyncClient) -> None:
    ada = (await created(http, name="Ada")).json()

    after = (await http.get(f"{URL}?created_after={ada['created_at']}")).json()["data"]
    since = (await http.get(f"{URL}?created_after=2026-11-21T11:59:59.999999Z")).json()["data"]

    assert ada["created_at"] == "2026-11-21T12:00:00Z"
    assert (after, since) == ([], [ada])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"phone": "+33 6 12 34 56 78"}, ["Zoë Ångström"]),
        ({"email": "ZOE@example.com"}, ["Zoë Ångström"]),
        ({"name_prefix": "zoe"}, ["Zoë Ångström"]),
        ({"name_prefix": "ANGS zo"}, ["Zoë Ångström"]),
        ({"name_prefix": "zo"}, ["Zora", "Zoë Ångström"]),
        ({"name_prefix": "zora angs"}, []),
        ({"name_prefix": "zoe a"}, ["Zoë Ångström"]),
        ({"name_prefix": "zo x"}, []),
        ({"name_prefix": "smith-j"}, ["O'Neil Smith-Jones"]),
        ({"name_prefix": "o'ne"}, ["O'Neil Smith-Jones"]),
        ({"name_prefix": "neil o"}, ["O'Neil Smith-Jones"]),
        ({"name_prefix": "李"}, ["李小龙"]),
        ({"email": "nobody@example.com"}, []),
    ],
)
async def test_search_finds(http: AsyncClient, wanted: dict[str, str], found: list[str]) -> None:
    await created(http, name="Zoë Ångström", phones=["+33612345678"], emails=["zoe@example.com"])
    await created(http, name="Zora")
    await created(http, name="O'Neil Smith-Jones")
    await created(http, name="李小龙")

    answer = await http.post(f"{URL}/search", json=wanted)

    assert [one["name"] for one in answer.json()["data"]] == found
    assert answer.json()["has_more"] is False


@pytest.mark.parametrize("beginning", ["z", "a b", "o'n", "た", "--"])
async def test_a_search_that_could_find_nobody_is_refused(
    http: AsyncClient, beginning: str
) -> None:
    answer = await http.post(f"{URL}/search", json={"name_prefix": beginning})

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/name_prefix", "too_vague")


async def test_a_search_says_when_it_shows_not_all(http: AsyncClient) -> None:
    async def found(beginning: str) -> tuple[int, bool]:
        answer = (await http.post(f"{URL}/search", json={"name_prefix": beginning})).json()
        return len(answer["data"]), answer["has_more"]

    for number in range(100):
        await created(http, name=f"Ada {number:03}")
    all_of_them = await found("ada")
    await created(http, name="Ada Lovelace")

    assert all_of_them == (100, False)
    assert await found("ada") == (100, True)
    assert await found("ada lo") == (1, False)


async def test_search_follows_a_name_and_forgets_the_deleted(http: AsyncClient) -> None:
    url = (await created(http, name="Ada")).headers["location"]
    await http.patch(url, json={"name": "Grace"}, headers={"If-Match": '"1"'})

    async def found(beginning: str) -> int:
        answer = await http.post(f"{URL}/search", json={"name_prefix": beginning})
        return len(answer.json()["data"])

    assert (await found("ada"), await found("grace")) == (0, 1)
    await http.delete(url)
    assert await found("grace") == 0


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"surprise": "planted"}, "unknown_field", "/surprise"),
    ({"name": 7}, "wrong_type", "/name"),
    ({"name": ""}, "too_short", "/name"),
    ({"name": "planted" * 40}, "too_long", "/name"),
    ({"phones": ["planted"]}, "invalid_phone", "/phones/0"),
    ({"phones": ["0612345678"]}, "invalid_phone", "/phones/0"),
    ({"phones": [7]}, "invalid_identity", "/phones/0"),
    ({"phones": "+33612345678"}, "wrong_type", "/phones"),
    ({"emails": ["planted"]}, "invalid_email", "/emails/0"),
    ({"emails": ["planted@"]}, "invalid_email", "/emails/0"),
    ({"emails": [f"{'x' * 400}@example.com"]}, "invalid_identity", "/emails/0"),
    ({"emails": ["a@example.com"] * 11}, "too_long", "/emails"),
    ({"language": "French"}, "wrong_format", "/language"),
    ({"returned_at": "2026-11-21T08:00:00"}, "invalid_time", "/returned_at"),
    ({"returned_at": 20261101}, "invalid_time", "/returned_at"),
]


@pytest.mark.parametrize(("body", "code", "pointer"), BAD)
async def test_what_is_wrong_is_named_and_neither_repeated_nor_stored_nor_logged(
    http: AsyncClient,
    caplog: pytest.LogCaptureFixture,
    body: dict[str, Any],
    code: str,
    pointer: str,
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = await http.post(URL, json=body)

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["code"], error["pointer"]) == (code, pointer)
    assert "planted" not in answer.text + caplog.text
    assert await names(http) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"name": "planted\\u0000"}', 400),
        (b'{"name": "planted\\ud800"}', 400),
        (b'{"name": "planted', 400),
        (b'{"name": ' + b"[" * 40 + b"]" * 40 + b"}", 400),
        (b'{"name": "' + b"planted" * 50_000 + b'"}', 413),
    ],
)
async def test_what_is_no_sound_json_is_refused(
    http: AsyncClient, caplog: pytest.LogCaptureFixture, body: bytes, status: int
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = await http.post(URL, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == status
    assert "planted" not in answer.text + caplog.text
    assert await names(http) == []


@pytest.mark.parametrize(
    "wanted", [{}, {"phone": None}, {"email": "a@b.org", "name_prefix": "ada"}]
)
async def test_a_search_is_by_exactly_one_thing(http: AsyncClient, wanted: dict[str, Any]) -> None:
    answer = await http.post(f"{URL}/search", json=wanted)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    [wrong] = answer.json()["errors"]
    assert wrong["code"] == "one_criterion"
    assert "phone, email and name_prefix" in wrong["detail"]


@pytest.mark.parametrize("contact_id", ["nobody", "con_", str(new_id()), encode("cnv", new_id())])
async def test_a_malformed_id_is_the_404_of_an_unknown_one(
    http: AsyncClient, contact_id: str
) -> None:
    unknown = await http.get(f"{URL}/{encode('con', new_id())}")
    malformed = await http.get(f"{URL}/{contact_id}")

    assert malformed.status_code == unknown.status_code == 404
    assert malformed.json()["code"] == unknown.json()["code"]


async def test_twenty_with_one_key_have_one_effect(http: AsyncClient) -> None:
    key = {"Idempotency-Key": new_id().hex}

    answers = await asyncio.gather(
        *(http.post(URL, json={"name": "Ada"}, headers=key) for _ in range(20))
    )

    assert {one.status_code for one in answers} <= {201, 409}
    assert len({one.json()["id"] for one in answers if one.status_code == 201}) == 1
    assert await names(http) == ["Ada"]


async def test_a_replay_shows_the_contact_as_it_is_now(http: AsyncClient) -> None:
    key = {"Idempotency-Key": new_id().hex}
    made = await http.post(URL, json={"name": "Ada"}, headers=key)
    await http.patch(made.headers["location"], json={"name": "A."}, headers={"If-Match": '"1"'})

    again = await http.post(URL, json={"name": "Ada"}, headers=key)

    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert again.json()["name"] == "A."


async def test_a_failed_commit_answers_5xx(http: AsyncClient, works: FaultyWorks) -> None:
    works.faults = [OSError()]

    answer = await http.post(URL, json={"name": "Ada"})

    assert answer.status_code == 500
    assert await names(http) == []


async def test_a_deadlock_is_retried_and_not_seen(http: AsyncClient, works: FaultyWorks) -> None:
    works.faults = [RetryableError(), RetryableError()]

    await created(http, name="Ada")

    assert await names(http) == ["Ada"]


async def test_who_is_always_in_the_way_is_told_to_come_again(
    http: AsyncClient, works: FaultyWorks
) -> None:
    works.faults = [RetryableError()] * 4

    answer = await http.post(URL, json={"name": "Ada"})

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0


async def test_a_workspace_that_is_not_open_yet_is_told_to_come_again(
    http: AsyncClient, callers: Any
) -> None:
    headers = callers.user(new_id(), "contacts:write")

    answer = await http.post(URL, json={"name": "Ada"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (503, "workspace_not_ready")


@pytest.fixture
async def deferred_refusal(engines: Engines) -> None:
    """PostgreSQL refuses a contact with language xx, at the commit and not before."""
    async with engines.owner.begin() as connection:
        for statement in REFUSAL:
            await connection.execute(text(statement))


REFUSAL = (
    """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN IF new.language = 'xx' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NULL; END $$""",
    """CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON contacts DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION refuse()""",
)


async def test_a_commit_that_the_database_refuses_answers_5xx(
    http: AsyncClient, deferred_refusal: None
) -> None:
    answer = await http.post(URL, json={"language": "xx"})

    assert answer.status_code == 500
    assert await names(http) == []

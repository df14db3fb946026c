"""What every route of the house does with good and bad requests."""

import asyncio
import logging
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse
from httpx import ASGITransport, AsyncClient

from contactflow.kernel import new_id
from contactflow.persistence import Works
from contactflow.persistence.errors import RetryableError
from contactflow.testing.clock import FakeClock
from contactflow.testing.serving import serving
from contactflow.testing.tokens import Callers
from contactflow.testing.works import FaultyWorks
from contactflow.web import application, catalogue, unauthenticated
from contactflow.web.body import BodyMiddleware
from contactflow.web.fields import faults
from contactflow.web.requests import RequestIdMiddleware
from contactflow.web.security import UndeclaredScopeError

SECRET = "jean.dupont@example.com"
NOTE = "/v1/notes/note_01h455vb4pex5vsknk084sn02q"


@pytest.mark.parametrize(
    ("identity", "status", "code"),
    [
        ("none", 401, "unauthenticated"),
        ("public", 401, "unauthenticated"),
        ("no-scope", 403, "missing_scope"),
        ("valid", 404, "not_found"),
    ],
)
async def test_a_route_answers_by_who_asks(
    http: AsyncClient,
    callers: Callers,
    workspace_id: UUID,
    *,
    identity: str,
    status: int,
    code: str,
) -> None:
    headers = {
        "none": {"Authorization": "Bearer nonsense"},
        "public": callers.public(),
        "no-scope": callers.user(workspace_id, "other:read"),
        "valid": {},
    }[identity]

    answer = await http.get("/v1/notes/note_01h455vb4pex5vsknk084sn02q", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert answer.json().get("wants") == ("api_key" if identity == "public" else None)


async def test_a_refusal_names_the_missing_scope(
    http: AsyncClient, callers: Callers, workspace_id: UUID
) -> None:
    answer = await http.get("/v1/notes", headers=callers.user(workspace_id, "other:read"))

    assert answer.json()["scope"] == "notes:read"


@pytest.mark.parametrize(
    "note", ["nonsense", "con_01h455vb4pex5vsknk084sn02q", "%00", "note_" + "z" * 26]
)
async def test_a_malformed_id_is_as_unknown_as_an_unknown_one(http: AsyncClient, note: str) -> None:
    unknown = (await http.get("/v1/notes/note_01h455vb4pex5vsknk084sn02q")).json()

    malformed = (await http.get(f"/v1/notes/{note}")).json()

    assert unknown | {"request_id": ""} == malformed | {"request_id": ""}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "invalid_json"),
        ('{"text": "a", "text": "b"}', 400, "invalid_json"),
        ('{"text": "a\\u0000b"}', 400, "invalid_json"),
        ('{"te\\u0000xt": "b"}', 400, "invalid_json"),
        ('{"text": "\\ud800"}', 400, "invalid_json"),
        ('{"text": NaN}', 400, "invalid_json"),
        ('{"text": 1e999}', 400, "invalid_json"),
        ('{"text": ' + "9" * 5000 + "}", 400, "invalid_json"),
        ('{"text": ' + "[" * 40 + "]" * 40 + "}", 400, "invalid_json"),
        ("[" * 100_000, 400, "invalid_json"),
        (b'{"text": "\xff"}', 400, "invalid_json"),
        ('{"text": "' + "x" * 300_000 + '"}', 413, "body_too_large"),
        ('{"text": "b", "surprise": 1}', 422, "unknown_field"),
        ('{"text": 5}', 422, "invalid_request"),
        ("{}", 422, "invalid_request"),
        ("[]", 422, "invalid_request"),
        ('"text"', 422, "invalid_request"),
        ('{"text": "' + SECRET + '"}', 422, "invalid_request"),
        ('{"text": "b", "about": "' + SECRET + '"}', 422, "invalid_request"),
    ],
)
async def test_bad_input_is_a_problem_that_repeats_nothing(
    http: AsyncClient,
    caplog: pytest.LogCaptureFixture,
    *,
    body: str | bytes,
    status: int,
    code: str,
) -> None:
    caplog.set_level(logging.DEBUG)

    answer = await http.post("/v1/notes", content=body, headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET not in answer.text + caplog.text
    assert (await http.get("/v1/notes")).json()["data"] == []


JSON = {"Content-Type": "application/json"}


async def test_an_unannounced_flood_is_cut_off(http: AsyncClient) -> None:
    async def flood() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 65536

    answer = await http.post("/v1/notes", content=flood(), headers=JSON)

    assert (answer.status_code, answer.json()["limit_bytes"]) == (413, 256 * 1024)


async def test_a_body_that_drips_is_given_up(app: FastAPI) -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    patient = RequestIdMiddleware(BodyMiddleware(app, within=0.2))
    async with AsyncClient(transport=ASGITransport(patient), base_url="http://notes") as client:
        answer = await client.post("/v1/notes", content=drip(), headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (408, "request_timeout")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_is_json_or_refused(http: AsyncClient, kind: str) -> None:
    answer = await http.post("/v1/notes", content='{"text": "b"}', headers={"Content-Type": kind})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_each_wrong_value_is_pointed_at(http: AsyncClient) -> None:
    answer = await http.post("/v1/notes", json={"about": 5, "x@y.org": 1, "surprise": 1})

    errors = {(one["pointer"], one["code"]) for one in answer.json()["errors"]}
    assert errors == {
        ("/text", "missing"),
        ("/about", "malformed_id"),
        ("", "unknown_field"),
        ("/surprise", "unknown_field"),
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([("missing", "text"), ("missing", "text")], [("/text", "missing")]),
        ([("too_short", "tags"), ("string_type", "tags", 0)], [("/tags/0", "wrong_type")]),
        ([("too_short", "tag"), ("string_type", "tags", 0)], None),
        ([("extra_forbidden", "x@y.org"), ("missing", "text")], None),
    ],
)
def test_a_fault_is_listed_once_and_where_it_is(
    wrong: list[tuple[str | int, ...]], said: list[tuple[str, str]] | None
) -> None:
    errors = [{"type": kind, "loc": ("body", *place)} for kind, *place in wrong]

    listed = [(one["pointer"], one["code"]) for one in faults(errors, "en")]

    assert listed == said if said else len(listed) == len(wrong)


async def test_a_problem_speaks_the_callers_language(http: AsyncClient) -> None:
    answer = await http.get("/v1/nothing", headers={"Accept-Language": "de, fr-CH;q=0.9, en;q=0.8"})

    assert answer.json()["title"] == "Introuvable"
    assert answer.headers["content-language"] == "fr"


@pytest.mark.parametrize(
    ("path", "allow"),
    [("/v1/notes", "HEAD, GET, POST"), (NOTE, "HEAD, GET, PATCH"), (f"{NOTE}/explode", "POST")],
)
async def test_other_methods_are_405_that_names_all_there_are(
    http: AsyncClient, path: str, allow: str
) -> None:
    answer = await http.put(path)

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == allow


@pytest.mark.parametrize(
    ("path", "status"), [("/v1/notes", 200), ("/v1/nothing", 404), (f"{NOTE}/explode", 405)]
)
async def test_head_is_get_without_the_content(http: AsyncClient, path: str, status: int) -> None:
    got, answer = await http.get(path), await http.head(path)

    assert (answer.status_code, answer.content) == (status, b"")
    same = ("content-type", "content-length", "cache-control", "allow")
    assert [answer.headers.get(one) for one in same] == [got.headers.get(one) for one in same]


async def test_the_head_of_a_stream_ends(
    works: Works, clock: FakeClock, callers: Callers, caplog: pytest.LogCaptureFixture
) -> None:
    endless = APIRouter(dependencies=[unauthenticated])

    @endless.get("/events")
    async def follow() -> StreamingResponse:
        return StreamingResponse(ticking(), media_type="text/event-stream")

    app = application("Events", [endless], works=works, clock=clock, verifier=callers.verifier)
    async with serving(app) as url, AsyncClient(base_url=url, timeout=5) as client:
        answers = [await client.head("/events") for _ in range(2)]

    assert [(one.status_code, one.content) for one in answers] == [(200, b"")] * 2
    assert answers[0].headers["content-type"].startswith("text/event-stream")
    assert [one.msg for one in caplog.records if one.levelno > logging.INFO] == []


async def ticking() -> AsyncIterator[bytes]:
    while True:
        yield b":\n\n"
        await asyncio.sleep(0.01)


async def test_a_bug_tells_nothing(http: AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = await http.post("/v1/notes/note_01h455vb4pex5vsknk084sn02q/explode")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text + caplog.text
    assert [one.msg for one in caplog.records] == ["request.failed"]


async def test_what_is_down_says_when_to_come_again(http: AsyncClient) -> None:
    answer = await http.get("/v1/notes/note_01h455vb4pex5vsknk084sn02q/upstream")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


IDS = ["a" * 32, "0af76519-16cd-43dd-8448-eb211c80319c"]


@pytest.mark.parametrize("given", [*IDS, "jean.dupont@example.com", ""])
async def test_a_request_has_an_id(http: AsyncClient, given: str) -> None:
    answer = await http.get("/v1/nothing", headers={"X-Request-Id": given})

    known = answer.headers["x-request-id"]
    assert answer.json()["request_id"] == known
    assert (known == given) == (given in IDS)


async def test_a_deadlock_is_retried_and_not_seen(http: AsyncClient, works: FaultyWorks) -> None:
    works.faults = [RetryableError(), RetryableError()]

    answer = await http.post("/v1/notes", json={"text": "Ada"})

    assert answer.status_code == 201
    assert len((await http.get("/v1/notes")).json()["data"]) == 1


async def test_four_deadlocks_are_503(http: AsyncClient, works: FaultyWorks) -> None:
    works.faults = [RetryableError() for _ in range(4)]

    answer = await http.post("/v1/notes", json={"text": "Ada"})

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.headers["retry-after"]


async def test_a_failed_commit_answers_5xx(http: AsyncClient, works: FaultyWorks) -> None:
    works.faults = [OSError()]

    answer = await http.post("/v1/notes", json={"text": "Ada"})

    assert answer.status_code == 500
    assert (await http.get("/v1/notes")).json()["data"] == []


def test_a_route_without_a_scope_keeps_the_application_from_starting(
    works: Works, clock: FakeClock, callers: Callers
) -> None:
    silent = APIRouter()
    silent.add_api_route("/v1/silent", lambda: None)

    with pytest.raises(UndeclaredScopeError, match="GET /v1/silent"):
        application("Silent", [silent], works=works, clock=clock, verifier=callers.verifier)


async def test_a_list_walks_newest_first(http: AsyncClient) -> None:
    ids = [(await http.post("/v1/notes", json={"text": f"N{n}"})).json()["id"] for n in range(5)]

    first = (await http.get("/v1/notes?limit=3")).json()
    rest = (await http.get(f"/v1/notes?limit=3&cursor={first['next_cursor']}")).json()

    assert [one["id"] for one in first["data"] + rest["data"]] == ids[::-1]
    assert (first["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)


@pytest.mark.parametrize("cursor", ["x", "%00", "AAAA", str(new_id()), "A" * 23, "A" * 99])
async def test_a_cursor_nobody_gave_is_refused(http: AsyncClient, cursor: str) -> None:
    answer = await http.get(f"/v1/notes?cursor={cursor}")

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] in {"invalid_cursor", "invalid_request"}


async def test_a_cursor_that_was_tampered_with_is_refused(http: AsyncClient) -> None:
    cursor = await a_cursor(http)
    changed = [
        f"{cursor[:at]}{'B' if cursor[at] == 'A' else 'A'}{cursor[at + 1 :]}"
        for at in range(len(cursor))
    ]

    answers = [await http.get(f"/v1/notes?cursor={one}") for one in (*changed, cursor[:-1])]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(422, "invalid_cursor")}


async def test_a_cursor_is_good_for_its_own_list_only(http: AsyncClient, callers: Callers) -> None:
    cursor = await a_cursor(http)
    other = callers.user(new_id(), "notes:read")

    answer = await http.get(f"/v1/notes?cursor={cursor}", headers=other)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")
    assert (await http.get(f"/v1/notes?cursor={cursor}")).status_code == 200


async def a_cursor(http: AsyncClient) -> str:
    """Of a list of two."""
    for text in ("One", "Two"):
        await http.post("/v1/notes", json={"text": text})
    return str((await http.get("/v1/notes?limit=1")).json()["next_cursor"])


async def test_a_list_begins_after_a_time(http: AsyncClient) -> None:
    created = (await http.post("/v1/notes", json={"text": "N"})).json()

    async def later_than(time: str) -> object:
        return (await http.get(f"/v1/notes?created_after={time}")).json()["data"]

    assert created["created_at"] == "2026-11-21T12:00:00Z"
    assert await later_than("2020-01-01T00:00:00Z") == [created]
    assert await later_than("2026-11-21T11:59:59.999999Z") == [created]
    assert await later_than("2026-11-21T12:00:00Z") == []
    assert await later_than("2100-01-01T00:00:00Z") == []


def test_every_code_has_words() -> None:
    assert catalogue.problems()["not_found"]["fr"].title == "Introuvable"
    assert all(one["en"] and one["fr"] for one in catalogue.fields().values())


async def test_a_commit_that_postgresql_refuses_answers_5xx(
    http: AsyncClient, deferred_refusal: None
) -> None:
    answer = await http.post("/v1/notes", json={"text": "refuse me"})

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert (await http.get("/v1/notes")).json()["data"] == []


@pytest.mark.parametrize(
    "said", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "20261101", "1900000000"]
)
async def test_what_is_no_time_is_refused_with_the_form_to_use(
    http: AsyncClient, said: str
) -> None:
    answer = await http.get(f"/v1/notes?created_after={said}")

    assert answer.status_code == 422, answer.text
    [wrong] = answer.json()["errors"]
    assert (wrong["pointer"], wrong["code"]) == ("/created_after", "invalid_time")
    assert "2026-11-01T09:30:00Z" in wrong["detail"]

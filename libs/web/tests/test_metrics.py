"""What an operator is told of requests."""

import pytest
from httpx import AsyncClient

from contactflow.kernel import UnavailableError
from contactflow.testing.metrics import Measured
from contactflow.web import TooManyRequestsError
from contactflow.web.breaker import FAILURES, Breaker
from contactflow.web.problems import told_as_problem

COUNT = "http_server_request_duration_seconds_count"
NOTE = "/v1/notes/note_01h455vb4pex5vsknk084sn02q"


def one(method: str, route: str, status: int) -> dict[str, str]:
    return {
        "http_request_method": method,
        "http_route": route,
        "http_response_status_code": str(status),
    }


async def test_a_request_is_measured_by_the_template_of_its_route(
    http: AsyncClient, measured: Measured
) -> None:
    await http.post("/v1/notes", json={"text": "Hello"})
    await http.get(NOTE)
    await http.post(f"{NOTE}/explode")
    await http.delete(NOTE)

    assert measured.since(COUNT, **one("POST", "/v1/notes", 201)) == 1
    assert measured.since(COUNT, **one("GET", "/v1/notes/{note_id}", 404)) == 1
    assert measured.since(COUNT, **one("POST", "/v1/notes/{note_id}/explode", 500)) == 1
    assert measured.since(COUNT, **one("DELETE", "/v1/notes/{note_id}", 405)) == 1
    assert measured.since(COUNT) == 4


async def test_what_nobody_has_a_route_or_a_method_for_makes_no_series_of_its_own(
    http: AsyncClient, measured: Measured
) -> None:
    for number in range(3):
        await http.request(f"GUESS{number}", f"/v1/guess/{number}")

    assert measured.since(COUNT, **one("_OTHER", "", 404)) == 3
    assert not [one for one in measured.samples if "guess" in str(one).lower()]


async def test_no_request_is_under_way_once_it_was_answered(
    http: AsyncClient, measured: Measured
) -> None:
    await http.get("/v1/notes")

    assert measured.now("http_server_active_requests", http_request_method="GET") == 0


async def test_who_is_refused_is_counted_by_the_code(http: AsyncClient, measured: Measured) -> None:
    del http.headers["Authorization"]
    answer = await http.get("/v1/notes")

    told = "contactflow_requests_refused_total"
    assert answer.status_code == 401
    assert measured.since(told, code="unauthenticated", http_response_status_code="401") == 1


def test_who_is_limited_is_counted_by_the_code(measured: Measured) -> None:
    answer = told_as_problem({"type": "http", "headers": []}, TooManyRequestsError())

    assert answer.status_code == 429
    assert measured.since("contactflow_requests_limited_total", code="too_many_requests") == 1


def test_a_call_that_a_breaker_does_not_let_through_is_counted(measured: Measured) -> None:
    breaker = Breaker("crm")
    for _ in range(FAILURES + 2):
        with pytest.raises(UnavailableError), breaker.watching():
            raise UnavailableError

    assert measured.since("contactflow_calls_spared_total", audience="crm") == 2

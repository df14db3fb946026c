"""Who may keep an answer."""

import pytest
from fastapi import APIRouter, FastAPI, Request
from httpx import ASGITransport, AsyncClient
from starlette.responses import Response

from contactflow.persistence import Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.tokens import Callers
from contactflow.web import application, unauthenticated
from contactflow.web.pages import TOKENS, send

OF_A_NOTE = "/v1/notes/note_01h455vb4pex5vsknk084sn02q"


@pytest.fixture
def public(works: Works, clock: FakeClock, callers: Callers) -> FastAPI:
    files = APIRouter(dependencies=[unauthenticated])

    @files.get("/tokens.css")
    async def tokens(request: Request) -> Response:
        return send(TOKENS, request)

    return application("Files", [files], works=works, clock=clock, verifier=callers.verifier)


@pytest.mark.parametrize("path", ["/v1/notes", "/v1/nothing", OF_A_NOTE, f"{OF_A_NOTE}/upstream"])
async def test_an_answer_that_says_nothing_is_kept_by_nobody(http: AsyncClient, path: str) -> None:
    answer = await http.get(path)

    assert answer.headers.get_list("cache-control") == ["no-store"]


async def test_what_is_no_json_or_a_bug_is_kept_by_nobody(http: AsyncClient) -> None:
    refused = await http.post("/v1/notes", content="{")
    failed = await http.post(f"{OF_A_NOTE}/explode")

    assert (refused.status_code, failed.status_code) == (415, 500)
    assert refused.headers["cache-control"] == failed.headers["cache-control"] == "no-store"


async def test_a_file_says_itself_how_long_it_is_kept(public: FastAPI) -> None:
    async with AsyncClient(transport=ASGITransport(public), base_url="http://files") as client:
        answer = await client.get("/tokens.css")

    kept = answer.headers.get_list("cache-control")
    assert kept == ["public, max-age=0, must-revalidate"]

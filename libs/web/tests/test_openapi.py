from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, FastAPI

from contactflow.persistence import Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.conventions import breaches
from contactflow.testing.tokens import Callers
from contactflow.web import Shape, application, requires, unauthenticated
from contactflow.web.openapi import document
from libs.web.tests.upstream import router as internal


class SloppyIn(Shape):
    at: datetime
    sure: bool


def test_the_notes_keep_to_the_conventions(app: FastAPI) -> None:
    assert breaches(app) == []


def test_an_operation_says_who_may_call_it_and_shows_an_example(app: FastAPI) -> None:
    create = document(app)["paths"]["/v1/notes"]["post"]

    assert create["security"] == [{"api_key": []}, {"session": []}]
    assert "`notes:write`" in create["description"]
    assert create["requestBody"]["content"]["application/json"]["example"] == {
        "text": "Call back",
        "about": "note_01jdqjwz00e00800000000001a",
    }
    assert create["responses"].keys() == {"201", "default"}


def test_what_breaks_the_conventions_is_named(
    works: Works, clock: FakeClock, callers: Callers
) -> None:
    sloppy = APIRouter(dependencies=[unauthenticated])

    @sloppy.post("/v1/Sloppy_Things")
    async def do(body: Annotated[str, Body(max_length=3)]) -> None: ...

    @sloppy.put("/v1/Sloppy_Things")
    async def do_again(body: SloppyIn) -> None: ...

    app = application("S", [sloppy], works=works, clock=clock, verifier=callers.verifier)

    assert {one.partition(": ")[2] for one in breaches(app)} == {
        "it has not exactly one tag",
        "nobody wrote its summary",
        "its example says nothing",
        "its example is no request that is in order",
        "its path is not /v1/kebab-case/{id}",
        "a number may be its at",
        "a number may be its sure",
    }


def test_who_needs_no_account_may_need_a_token(
    works: Works, clock: FakeClock, callers: Callers
) -> None:
    door = APIRouter(prefix="/v1/door")
    for scope in ("public", "visitor", "session"):
        needs = [requires(scope, lambda: None)]
        door.add_api_route(f"/{scope}", lambda: None, name=scope, dependencies=needs)

    app = application("D", [door], works=works, clock=clock, verifier=callers.verifier)

    paths = document(app)["paths"]
    assert paths["/v1/door/public"]["get"]["security"] == [{}]
    assert paths["/v1/door/visitor"]["get"]["security"] == [{"visitor": []}]
    assert paths["/v1/door/session"]["get"]["security"] == [{"session": []}]


def test_internal_routes_are_nobodys_business(
    works: Works, clock: FakeClock, callers: Callers
) -> None:
    app = application("I", [internal], works=works, clock=clock, verifier=callers.verifier)

    assert document(app)["paths"] == {}

"""What a change is based on."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from contactflow.web import IfMatch
from contactflow.web.problems import add_problems


@pytest.fixture
async def http() -> AsyncIterator[AsyncClient]:
    """Says which versions it was told."""
    app = FastAPI()
    add_problems(app)

    @app.put("/")
    async def versions(version: IfMatch) -> list[int] | None:
        return None if version is None else sorted(version)

    async with AsyncClient(transport=ASGITransport(app), base_url="http://shapes") as client:
        yield client


@pytest.mark.parametrize(
    ("said", "versions"),
    [
        (['"3"'], [3]),
        (['"3", "4"'], [3, 4]),
        (['"3"', '"4"'], [3, 4]),
        (['"3" ,, "4",'], [3, 4]),
        (['W/"3", "4"'], [4]),
        (['W/"3"'], []),
        (['"03", "abc", "1,2", "9999999999", ""'], []),
        (["*"], None),
    ],
)
async def test_a_change_may_be_based_on_one_of_several(
    http: AsyncClient, said: list[str], versions: list[int] | None
) -> None:
    answer = await http.put("/", headers=[("If-Match", one) for one in said])

    assert (answer.status_code, answer.json()) == (200, versions)


@pytest.mark.parametrize("said", ["", "3", "abc", '"3', '"3" "4"', '*, "3"', "W/3", 'w/"3"', ","])
async def test_what_is_no_tag_is_not_taken_for_an_old_one(http: AsyncClient, said: str) -> None:
    answer = await http.put("/", headers={"If-Match": said})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_if_match")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/If-Match"]


async def test_without_a_tag_there_is_no_change(http: AsyncClient) -> None:
    answer = await http.put("/")

    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")

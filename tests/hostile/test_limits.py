"""Ten times as many requests as a limit lets through, and a neighbour who does not notice."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import pytest
from httpx import AsyncClient, Response

from contactflow.kernel import new_id
from tests.e2e.house import House
from tests.e2e.strangers import passer_by
from tests.hostile.estate import Estate

AT_ONCE = 40
PACE = 300  # a stranger's, in a minute


async def storm(times: int, ask: Callable[[], Awaitable[Response]]) -> list[Response]:
    """Ask so often, many at once."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one() -> Response:
        async with slots:
            return await ask()

    return await asyncio.gather(*(one() for _ in range(times)))


async def served(http: AsyncClient, storming: asyncio.Task[list[Response]]) -> list[int]:
    """What a neighbour is answered meanwhile."""
    answers = [(await http.get("/v1/agents")).status_code]
    while not storming.done():
        answers.append((await http.get("/v1/agents")).status_code)
        await asyncio.sleep(0.1)
    return answers


@pytest.mark.long
async def test_a_stranger_at_ten_times_the_pace_has_what_the_pace_lets_through(
    house: House, stranger: Estate
) -> None:
    async with passer_by(house.gateway) as http, asyncio.TaskGroup() as tasks:
        begun = monotonic()
        storming = tasks.create_task(storm(10 * PACE, lambda: http.get("/v1/me")))
        neighbour = tasks.create_task(served(stranger.http, storming))
        answers = await storming
        took = monotonic() - begun
        refused = [one for one in answers if one.status_code == 429]
        await asyncio.sleep(int(refused[-1].headers["Retry-After"]))
        again = await http.get("/v1/me")

    assert {one.status_code for one in answers} == {401, 429}
    assert PACE <= len(answers) - len(refused) <= PACE + 1 + took * PACE / 60
    assert {int(one.headers["Retry-After"]) for one in refused} == {1}
    assert refused[0].headers["RateLimit-Policy"] == f'"requests";q={PACE};w=60'
    assert again.status_code == 401
    assert {*neighbour.result()} == {200}


@pytest.mark.parametrize(
    ("path", "passes", "limit"),
    [("/v1/public/rights-requests", 202, 20), ("/v1/auth/password-resets", 202, 20)],
)
async def test_what_is_counted_for_all_processes_is_counted_exactly(
    house: House, stranger: Estate, path: str, passes: int, limit: int
) -> None:
    def said() -> dict[str, object]:
        address = f"{new_id().hex}@example.com"
        if path.endswith("resets"):
            return {"email": address}
        who = {"kind": "email", "value": address}
        return {"right": "erasure", "workspace": stranger.id, "identifier": who}

    async with passer_by(house.gateway) as http, asyncio.TaskGroup() as tasks:
        storming = tasks.create_task(storm(10 * limit, lambda: http.post(path, json=said())))
        neighbour = tasks.create_task(served(stranger.http, storming))

    statuses = [one.status_code for one in storming.result()]
    assert (statuses.count(passes), statuses.count(429)) == (limit, 9 * limit)
    waits = [int(one.headers["Retry-After"]) for one in storming.result() if one.is_error]
    longest = 3600 // limit + 1  # for who looked at the clock before the first that passed did
    assert all(0 < one <= longest for one in waits)
    assert {*neighbour.result()} == {200}

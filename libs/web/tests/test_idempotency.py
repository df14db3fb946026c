import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient

from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Works
from contactflow.persistence.errors import RetryableError
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.tokens import Callers
from contactflow.testing.works import FaultyWorks
from contactflow.web.idempotency import purge_idempotency_keys

ONCE = {"Idempotency-Key": "01936f2e-7c00-7000-8000-00000000002a"}
NOTE = {"text": "Ada"}


async def stored(http: AsyncClient) -> int:
    return len((await http.get("/v1/notes")).json()["data"])


async def test_the_same_key_20_times_in_parallel_has_one_effect(http: AsyncClient) -> None:
    sent = (http.post("/v1/notes", json=NOTE, headers=ONCE) for _ in range(20))

    answers = await asyncio.gather(*sent)

    assert Counter(one.status_code for one in answers).keys() <= {201, 409}
    refused = {one.json()["code"] for one in answers if one.status_code == 409}
    assert refused <= {"idempotency_in_flight"}
    assert len({one.json()["id"] for one in answers if one.status_code == 201}) == 1
    assert await stored(http) == 1


async def test_a_replay_shows_the_resource_as_it_is_now(http: AsyncClient) -> None:
    first = await http.post("/v1/notes", json=NOTE, headers=ONCE)
    await http.patch(first.headers["location"], json={"text": "Eve"})

    again = await http.post("/v1/notes", json=NOTE, headers=ONCE)

    assert again.status_code == 201
    assert again.json() == first.json() | {"text": "Eve"}
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert "idempotency-replayed" not in first.headers


async def test_who_may_only_write_sees_their_own_answer_again(
    http: AsyncClient, callers: Callers, workspace_id: UUID
) -> None:
    writer = callers.user(workspace_id, "notes:write") | ONCE
    first = await http.post("/v1/notes", json=NOTE, headers=writer)

    again = await http.post("/v1/notes", json=NOTE, headers=writer)

    assert (await http.get(first.headers["location"], headers=writer)).status_code == 403
    assert (again.status_code, again.json()) == (201, first.json())


async def test_another_body_is_a_mismatch(http: AsyncClient) -> None:
    await http.post("/v1/notes", json=NOTE, headers=ONCE)

    other = await http.post("/v1/notes", json={"text": "Eve"}, headers=ONCE)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert await stored(http) == 1


async def test_keys_of_others_do_not_meet(
    http: AsyncClient, callers: Callers, workspace_id: UUID, other_workspace_id: UUID
) -> None:
    await http.post("/v1/notes", json=NOTE, headers=ONCE)

    for whose in (workspace_id, other_workspace_id):
        somebody = callers.user(whose, "notes:read", "notes:write")
        answer = await http.post("/v1/notes", json=NOTE, headers=somebody | ONCE)
        assert (answer.status_code, "idempotency-replayed" in answer.headers) == (201, False)


@pytest.mark.parametrize("fault", [OSError(), RetryableError()])
async def test_a_key_is_kept_with_its_effect_or_not_at_all(
    http: AsyncClient, works: FaultyWorks, fault: Exception
) -> None:
    works.faults = [fault]
    await http.post("/v1/notes", json=NOTE, headers=ONCE)

    again = await http.post("/v1/notes", json=NOTE, headers=ONCE)

    assert again.status_code == 201
    assert await stored(http) == 1


async def test_a_refused_request_may_be_mended_under_its_key(http: AsyncClient) -> None:
    refused = await http.post("/v1/notes", json={"text": ""}, headers=ONCE)

    mended = await http.post("/v1/notes", json=NOTE, headers=ONCE)

    assert (refused.status_code, mended.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", "two words", "x" * 256])
async def test_a_key_is_plain_text(http: AsyncClient, key: str) -> None:
    answer = await http.post("/v1/notes", json=NOTE, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_idempotency_key")


async def test_a_key_is_over_after_a_day_and_is_purged(
    http: AsyncClient, clock: FakeClock, engines: Engines
) -> None:
    await http.post("/v1/notes", json=NOTE, headers=ONCE)
    system = Works(engines.system)

    async def purged() -> int:
        return await system.run(
            PLATFORM_WORKSPACE_ID, lambda work: purge_idempotency_keys(work, at=clock())
        )

    await purged()
    clock.advance(timedelta(hours=23, minutes=59))
    before = await purged()
    clock.advance(timedelta(minutes=1))
    after = await purged()

    assert (before, after >= 1) == (0, True)

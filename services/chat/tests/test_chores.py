"""What has a stated lifetime is gone when it is over; and nothing of a body is in a log."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.chat.sessions.handlers import forgetting
from contactflow.chat.sessions.model import LIFE
from contactflow.chat.settings import ChatSettings
from contactflow.chat.worker import purge
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.messaging import Jobs
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from services.chat.tests.visitors import WEB_CHAT, Visitors

PERSONAL = ("subjects", "subject_identities", "participants", "conversations", "messages")
TABLES = ("sessions", "rate_limits", "idempotency_keys")
DAY = timedelta(days=1)


async def left(on: Platform[ChatSettings]) -> dict[str, int]:
    async def look(work: Work) -> dict[str, int]:
        counts = {one: text(f"SELECT count(*) FROM {one}") for one in TABLES}
        return {one: (await work.rows(count)).scalar_one() for one, count in counts.items()}

    return await on.system.run(PLATFORM_WORKSPACE_ID, look)


async def purged(on: Platform[ChatSettings], clock: FakeClock) -> bool:
    return await on.system.run(PLATFORM_WORKSPACE_ID, lambda work: purge(work, clock))


async def test_what_is_over_is_purged_and_nothing_before(
    on: Platform[ChatSettings], visitors: Visitors, staff: dict[str, str], clock: FakeClock
) -> None:
    visitor = await visitors.come()
    await visitor.send()
    url = f"/v1/conversations/{visitor.conversation}/messages"
    await visitor.http.post(url, json={"text": "Hi"}, headers=staff | {"Idempotency-Key": "1"})

    before = await left(on)
    await purged(on, clock)
    assert await left(on) == before
    assert all(before.values())

    clock.advance(LIFE + DAY)
    while await purged(on, clock):
        pass
    assert await left(on) == dict.fromkeys(TABLES, 0)


async def rows(on: Platform[ChatSettings], workspace_id: UUID) -> dict[str, int]:
    async def look(work: Work) -> dict[str, int]:
        counts = {one: text(f"SELECT count(*) FROM {one}") for one in PERSONAL}
        return {one: (await work.rows(count)).scalar_one() for one, count in counts.items()}

    return await on.works.run(workspace_id, look)


async def test_who_never_wrote_leaves_nothing_and_who_wrote_stays(
    on: Platform[ChatSettings], visitors: Visitors, clock: FakeClock
) -> None:
    silent = await visitors.come(visitor={"name": "Ada", "email": "ada@example.com"})
    await (await visitors.come()).send()
    forgetting_due = Jobs(
        on.works, on.system, [forgetting()], clock=clock, changes=on.changes, slots=1000
    )
    await forgetting_due.once()
    before = await rows(on, visitors.workspace_id)

    clock.advance(LIFE)
    await forgetting_due.once()

    assert before["subjects"] == before["conversations"] == 2
    after = await rows(on, visitors.workspace_id)
    assert after == {
        "subjects": 1,
        "subject_identities": 0,
        "participants": 1,
        "conversations": 1,
        "messages": 2,
    }
    assert (await silent.send()).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"text": "canary", "client_message_id": "1"},
        {"text": "canary", "client_message_id": "can ary"},
        {"text": ["canary"], "client_message_id": "1"},
        {"text": "canary" * 1000, "client_message_id": "1"},
        {"unknown": "canary"},
    ],
)
async def test_nothing_of_a_body_is_in_a_log(
    visitors: Visitors, caplog: pytest.LogCaptureFixture, body: dict[str, Any]
) -> None:
    visitor = await visitors.come(visitor={"name": "canary"})
    with caplog.at_level(logging.DEBUG):
        answer = await visitor.http.post(f"{WEB_CHAT}/messages", json=body, headers=visitor.headers)

    told = "".join(str(vars(one)) for one in caplog.records)
    assert "canary" not in told
    assert answer.status_code == 202 or "canary" not in answer.text

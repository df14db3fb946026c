"""What has a stated lifetime is gone when it is over; and nothing of a body is in a log."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from contactflow.chat.sessions.model import LIFE
from contactflow.chat.settings import ChatSettings
from contactflow.chat.worker import purge
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from services.chat.tests.visitors import WEB_CHAT, Visitors

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

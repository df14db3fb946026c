"""How often a visitor's message goes to PostgreSQL and back: what it costs is mostly that."""

import asyncio

import pytest

from contactflow.chat.settings import ChatSettings
from contactflow.runtime import Platform
from contactflow.testing.statements import overheard
from services.chat.tests.visitors import Visitors

TRIPS = (
    "BEGIN",  # and the workspace
    "COMMIT",
    "INSERT INTO jobs",  # the promise of an answer
    "INSERT INTO messages",
    "INSERT INTO outbox",
    "SELECT conversations",  # and who is in it, both locked
    "SELECT messages",  # the same, sent before
    "SELECT sessions",
    "UPDATE conversations",
    "WITH taken",  # the visitor's pace
)


@pytest.mark.parametrize("before", [0, 1])
async def test_a_message_takes_ten_round_trips(
    visitors: Visitors, on: Platform[ChatSettings], before: int
) -> None:
    """The first of a conversation tells of two things, the others of one."""
    visitor = await visitors.come()
    for _ in range(before):
        await visitor.send()

    with overheard(on.works.engine, on.system.engine) as said:
        answer = await visitor.send()
        await asyncio.sleep(0)

    assert answer.status_code == 202
    known = [next((one for one in TRIPS if heard.startswith(one)), heard) for heard in said]
    assert sorted(known) == [*TRIPS]

"""Many at once in one conversation, with two workers: one order, one turn at a time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contactflow.chat.conversations.pace import Pace
from contactflow.chat.conversations.promises import AnswerTurn
from contactflow.chat.settings import ChatSettings
from contactflow.chat.turns.engine import Turns
from contactflow.chat.turns.plan import Outcome
from contactflow.kernel import Clock, system_clock
from contactflow.messaging import Changes, Doorbell, Jobs
from contactflow.persistence import Works
from contactflow.runtime import Platform
from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.waiting import until
from services.chat.tests.turns.desk import Desk
from services.chat.tests.visitors import Visitor

QUICK = Pace(pause=timedelta(seconds=0.05), longest=timedelta(seconds=0.5))


@pytest.fixture
def clock() -> Clock:
    """Time passes here."""
    return system_clock


class Watched(Turns):
    """Counts how many are at it at once."""

    now = most = 0

    async def prepare(self, due: AnswerTurn) -> Outcome | None:
        Watched.now += 1
        Watched.most = max(Watched.most, Watched.now)
        try:
            return await super().prepare(due)
        finally:
            Watched.now -= 1


@pytest.fixture
async def two_workers(desk: Desk) -> AsyncIterator[None]:
    """Each with listeners and a doorbell of its own, as two processes have them."""
    Watched.now = Watched.most = 0
    async with asyncio.TaskGroup() as tasks:
        running: list[Any] = []
        for _ in range(2):
            running += worker(desk.on, desk)
        for part in running:
            tasks.create_task(part.run())
        yield
        for part in reversed(running):
            part.stop()


def worker(on: Platform[ChatSettings], desk: Desk) -> list[Any]:
    changes, doorbell = Changes(on.system.engine), Doorbell(on.works.engine)
    works = Works(on.works.engine, on.vault.unlock, recorded=doorbell.ring)
    own = replace(on, works=works, changes=changes, doorbell=doorbell)
    turns = Watched(replace(desk, on=own).means(pace=QUICK))
    jobs = Jobs(works, on.system, [turns.job], clock=on.clock, changes=changes)
    return [changes, doorbell, jobs]


@pytest.mark.usefixtures("two_workers")
async def test_fifty_at_once_have_one_order_and_one_turn_at_a_time(
    desk: Desk, ai: ScriptedAI
) -> None:
    ai.otherwise = says("One moment please.", pause=0.05)
    visitor = await desk.visitors.come()

    async with asyncio.TaskGroup() as tasks:
        sending = [tasks.create_task(visitor.send(str(number))) for number in range(50)]
    said = await until(lambda: settled(desk, visitor), longest=60)

    assert [one.result().status_code for one in sending] == [202] * 50
    assert [one["seq"] for one in said] == list(range(1, len(said) + 1))
    assert sorted(int(one["text"]) for one in said if one["author"] == "visitor") == [*range(50)]
    assert (Watched.most, said[-1]["author"]) == (1, "agent")
    assert await staff_see(desk, visitor) == said
    assert [one["content"] for one in ai.requests[-1].body["messages"][1:]] == [
        one["text"] for one in said[-len(ai.requests[-1].body["messages"]) : -1]
    ]


async def settled(desk: Desk, visitor: Visitor) -> list[dict[str, Any]]:
    """All that was said, once everything is answered."""
    said = await visitor.read()
    said += await visitor.read(cursor=len(said))
    written = sum(one["author"] == "visitor" for one in said)
    return said if written == 50 and said[-1]["author"] == "agent" else []


async def staff_see(desk: Desk, visitor: Visitor) -> list[dict[str, Any]]:
    url = f"/v1/conversations/{visitor.conversation}/messages?limit=100"
    answer = await desk.http.get(url, headers=desk.staff)
    return list(reversed(answer.json()["data"]))


@pytest.mark.usefixtures("two_workers")
async def test_one_message_sent_many_times_at_once_is_stored_once(desk: Desk) -> None:
    visitor = await desk.visitors.come()

    async with asyncio.TaskGroup() as tasks:
        sending = [tasks.create_task(visitor.send("Hello", "same")) for _ in range(20)]

    assert len({one.result().text for one in sending}) == 1
    assert [one["text"] for one in await visitor.read(cursor=1)][:1] == ["Hello"]
    assert sum(one["author"] == "visitor" for one in await visitor.read()) == 1
